/** What users' plugins answer, in the form of the built-in ones. */
import { isObject } from '../api/object.ts'
import { said } from '../api/said.ts'
import type { NodeNames, PreFiltered, Refusal } from './plugin.ts'

/** Why a node does not suit a pod: one sentence, or several, and whether taking pods off the node could help (default). */
export type Unsuitable = string | { readonly reasons: readonly string[]; readonly resolvable?: boolean | undefined }

/** Reasons as codes of a filter. */
export class Codes {
  private readonly answers: Exclude<Unsuitable, string>[] = []
  private readonly byText = new Map<string, number>()
  private readonly bySentence = new Map<string, number>()

  constructor(private readonly plugin: string) {}

  code(answer: Unsuitable | undefined): number {
    if (answer === undefined) return 0
    const sentence = typeof answer === 'string' ? this.bySentence.get(answer) : undefined
    if (sentence !== undefined) return sentence
    const full = checkedAnswer(answer)
    const key = JSON.stringify([full.reasons, full.resolvable])
    const code = this.byText.get(key) ?? this.answers.push(full)
    this.byText.set(key, code)
    if (typeof answer === 'string') this.bySentence.set(answer, code)
    return code
  }

  preFiltered(answer: 'skip' | Unsuitable | NodeNames | undefined): PreFiltered {
    if (answer === undefined || answer === 'skip') return answer
    if (!isObject(answer) || !('nodeNames' in answer)) return { ...this.refusal(this.code(answer)), isLate: true }
    const { nodeNames } = answer
    if (!isListOfText(nodeNames)) throw new Error(`nodeNames: expected a list of names, got ${said(nodeNames)}`)
    return { nodeNames }
  }

  readonly refusal = (code: number): Refusal => {
    const { reasons, resolvable = true } = this.answers[code - 1]!
    return { plugin: this.plugin, reasons, resolvable }
  }
}

function checkedAnswer(answer: unknown): Exclude<Unsuitable, string> {
  if (typeof answer === 'string') return { reasons: [answer] }
  if (isObject(answer)) {
    const { reasons } = answer as { readonly reasons?: unknown }
    if (isListOfText(reasons) && reasons.length > 0) return answer as Exclude<Unsuitable, string>
  }
  throw new Error(`expected a reason, or nothing if the node suits, got ${said(answer)}`)
}

function isListOfText(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}
