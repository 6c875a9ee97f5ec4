/** What the options of all architectures are held to. */
import { badRequest } from '../../api/errors.ts'
import { refuse } from '../../api/fields.ts'
import { type JobKind, jobKinds } from './jobs.ts'
import type { JobRecord } from './world.ts'

/** How gangs are placed: at once or not at all, or bit by bit. */
export type Gangs = 'whole' | 'piecewise'

export function gangsOf(gangs: Gangs, path: string): Gangs {
  if (gangs === 'whole' || gangs === 'piecewise') return gangs
  throw refuse(path, gangs, 'whole or piecewise')
}

export function nameOf(name: string, path: string): string {
  if (typeof name === 'string' && name !== '') return name
  throw refuse(path, name, 'a name')
}

/** The kinds of jobs that a scheduler takes: all unless given. */
export function takenKinds(kinds: readonly JobKind[] | undefined, path: string): readonly JobKind[] {
  if (kinds === undefined) return jobKinds
  if (Array.isArray(kinds) && kinds.length > 0 && kinds.every((kind) => jobKinds.includes(kind))) return kinds
  throw refuse(path, kinds, `a list of ${jobKinds.join(', ')}`)
}

interface Named {
  readonly name: string
  readonly takes: readonly JobKind[]
}

/** Throws BadRequest where two have one name, or nobody takes jobs of a kind. */
export function checkSharing(schedulers: readonly Named[], path: string): void {
  const names = schedulers.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw badRequest(`${path}: Duplicate value: ${JSON.stringify(twice)}`)
  for (const kind of jobKinds)
    if (!schedulers.some(({ takes }) => takes.includes(kind)))
      throw badRequest(`${path}: Required value: one that takes ${kind} jobs`)
}

interface Taker {
  readonly takes: readonly JobKind[]
  readonly submit: (record: JobRecord) => void
}

/** Hands jobs to those who take their kind, in turn. */
export function inTurn(takers: readonly Taker[]): (record: JobRecord) => void {
  const of = (kind: JobKind): readonly Taker[] => takers.filter(({ takes }) => takes.includes(kind))
  const byKind = { batch: of('batch'), service: of('service') }
  const turns = { batch: 0, service: 0 }
  return (record) => {
    const { kind } = record.job
    const turn = turns[kind]++
    byKind[kind][turn % byKind[kind].length]!.submit(record)
  }
}
