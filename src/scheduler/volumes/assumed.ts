/**
 * What was decided of volumes and claims and is not done yet, in the plugin's memory. Mirrors the assume caches of
 * plugins/volumebinding.
 */
import type { PersistentVolume, PersistentVolumeClaim } from '../../api/types/core.ts'
import type { CowMap } from '../../kernel/cow.ts'
import type { Snapshot } from '../cycle.ts'

/** A volume that is chosen for a claim. */
export interface Binding {
  readonly volume: string
  /** `namespace/name` */
  readonly claim: string
}

/** What is to be done for a pod before it is bound. Plain data that is replaced. */
export interface Plan {
  readonly node: string
  readonly bindings: readonly Binding[]
  /** Claims whose volumes are to be made, each `namespace/name`. */
  readonly provisions: readonly string[]
  /** The revision at which the API was told; 0 for not yet. */
  readonly told: number
}

interface AssumedClaim {
  readonly node: string
  readonly pod: string
}

interface AssumedVolume {
  readonly claim: string
  readonly pod: string
}

export const pluginName = 'VolumeBinding'

export function keyOfClaim({ metadata }: PersistentVolumeClaim): string {
  return `${metadata.namespace!}/${metadata.name}`
}

function memoryOf(snapshot: Snapshot): CowMap<unknown> {
  return snapshot.memoryOf(pluginName)
}

export function planOf(snapshot: Snapshot, uid: string): Plan | undefined {
  const memory = memoryOf(snapshot)
  return memory.size === 0 ? undefined : (memory.get(`pod/${uid}`) as Plan | undefined)
}

export function assumedNode(snapshot: Snapshot, claim: PersistentVolumeClaim): string | undefined {
  const memory = memoryOf(snapshot)
  return memory.size === 0 ? undefined : (memory.get(`claim/${keyOfClaim(claim)}`) as AssumedClaim | undefined)?.node
}

/** The volume as it will be: whoever it was chosen for has it. */
export function withAssumed(snapshot: Snapshot, volume: PersistentVolume): PersistentVolume {
  const memory = memoryOf(snapshot)
  const key = `volume/${volume.metadata.name}`
  const assumed = memory.size === 0 ? undefined : (memory.get(key) as AssumedVolume | undefined)
  if (assumed === undefined || volume.spec.claimRef !== undefined) return volume
  const [namespace, name] = assumed.claim.split('/') as [string, string]
  return { ...volume, spec: { ...volume.spec, claimRef: { namespace, name } } }
}

export function assume(snapshot: Snapshot, pod: string, plan: Plan): void {
  const memory = memoryOf(snapshot)
  memory.set(`pod/${pod}`, plan)
  note(memory, plan, (uids) => [...uids, pod])
  for (const { volume, claim } of plan.bindings) memory.set(`volume/${volume}`, { claim, pod } satisfies AssumedVolume)
  for (const claim of plan.provisions)
    if (!memory.has(`claim/${claim}`)) memory.set(`claim/${claim}`, { node: plan.node, pod } satisfies AssumedClaim)
}

/** The uids of the pods that wait for some of these claims. */
export function waitingFor(snapshot: Snapshot, claims: ReadonlySet<string>): readonly string[] {
  const memory = memoryOf(snapshot)
  if (memory.size === 0) return []
  return [...claims].flatMap((claim) => (memory.get(`waiting/${claim}`) as readonly string[] | undefined) ?? [])
}

/** Each claim of a plan has the pods that wait for it. */
function note(
  memory: CowMap<unknown>,
  { bindings, provisions }: Plan,
  change: (uids: readonly string[]) => readonly string[],
): void {
  for (const claim of [...bindings.map((binding) => binding.claim), ...provisions]) {
    const key = `waiting/${claim}`
    const uids = change((memory.get(key) as readonly string[] | undefined) ?? [])
    if (uids.length === 0) memory.delete(key)
    else memory.set(key, uids)
  }
}

export function replan(snapshot: Snapshot, pod: string, plan: Plan): void {
  memoryOf(snapshot).set(`pod/${pod}`, plan)
}

/** What was assumed for a pod is done, or void. */
export function forget(snapshot: Snapshot, pod: string): void {
  const memory = memoryOf(snapshot)
  const plan = planOf(snapshot, pod)
  if (plan === undefined) return
  memory.delete(`pod/${pod}`)
  note(memory, plan, (uids) => uids.filter((uid) => uid !== pod))
  const keys = [
    ...plan.bindings.map(({ volume }) => `volume/${volume}`),
    ...plan.provisions.map((one) => `claim/${one}`),
  ]
  for (const key of keys) if ((memory.get(key) as AssumedClaim | undefined)?.pod === pod) memory.delete(key)
}
