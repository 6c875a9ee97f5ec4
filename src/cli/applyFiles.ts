import { isStatusError } from '../api/errors.ts'
import type { KubeObject } from '../api/meta.ts'
import type { Skipped } from '../client/apply.ts'
import type { ApplyOptions } from '../client/applyRequest.ts'
import { type ManifestObject, readManifests } from '../client/manifests.ts'
import type { Cluster } from '../cluster.ts'
import { ignoredLines, keptLines } from './ignored.ts'
import { Refused } from './output.ts'
import type { Source } from './sources.ts'

export interface SkippedIn extends Skipped {
  readonly file: string
}

/**
 * Applies every file; kinds that are not simulated are left out if the options say so. Throws Refused with every refusal of every file, in
 * kubectl's words.
 */
export function applyFiles(
  cluster: Cluster,
  sources: readonly Source[],
  options: ApplyOptions,
): { applied: KubeObject[]; skipped: SkippedIn[]; warnings: string[] } {
  const applied: KubeObject[] = []
  const skipped: SkippedIn[] = []
  const warnings: string[] = []
  const refusals: string[] = []
  for (const { name: file, text } of sources) {
    const objects = readOr(
      refusals,
      () => readManifests(text),
      (message) => `error: error parsing ${file}: ${message}`,
    )
    if (objects === undefined) continue
    const result = readOr(
      refusals,
      () => cluster.apply(objects, options),
      () => refusalsOf(cluster, objects, file, options),
    )
    applied.push(...(result?.applied ?? []).map(({ object }) => object))
    warnings.push(...(result?.warnings ?? []))
    skipped.push(...(result?.skipped ?? []).map((one) => ({ ...one, file })))
  }
  if (refusals.length > 0) throw new Refused(refusals.join('\n'))
  if (applied.length === 0) throw new Refused(nothing(skipped))
  return { applied, skipped, warnings: [...warnings, ...ignoredLines(applied), ...keptLines(applied)] }
}

function readOr<T>(refusals: string[], act: () => T, say: (message: string) => string): T | undefined {
  try {
    return act()
  } catch (error) {
    if (!isStatusError(error)) throw error
    refusals.push(say(error.status.message))
    return undefined
  }
}

/** A file is applied whole or not at all; which of its objects are at fault shows when each is tried alone. */
function refusalsOf(cluster: Cluster, objects: readonly ManifestObject[], file: string, options: ApplyOptions): string {
  const trial = cluster.fork()
  const namespacesFirst = [
    ...objects.filter(({ kind }) => kind === 'Namespace'),
    ...objects.filter(({ kind }) => kind !== 'Namespace'),
  ]
  const said: string[] = []
  for (const object of namespacesFirst) {
    try {
      trial.apply(object, options)
    } catch (error) {
      if (!isStatusError(error)) throw error
      const { reason, message } = error.status
      const name = object.metadata?.name ?? object.metadata?.generateName ?? ''
      const isNamed = name !== '' && message.includes(`"${name}"`)
      said.push(
        `Error from server (${reason}): error when creating "${file}": ${isNamed ? '' : `${object.kind} "${name}": `}${message}`,
      )
    }
  }
  return said.join('\n')
}

function nothing(skipped: readonly SkippedIn[]): string {
  if (skipped.length === 0) return 'error: no objects passed to apply'
  return ['error: nothing to run', ...skipped.map(skippedLine)].join('\n')
}

export function skippedLine({ file, kind, name, reason }: SkippedIn): string {
  return `skipped ${kind.toLowerCase()}/${name} of ${file}: ${reason}`
}
