/** Mirrors pkg/scheduler/framework/plugins/volumebinding: pods run where their volumes are, or are to be. */
import { hasClaims } from '../../api/volumes/claims.ts'
import type { Cycle } from '../cycle.ts'
import { type CyclePlugin, FITS, type Refusal } from '../plugin.ts'
import type { VolumeBindingArgs } from '../pluginArgs.ts'
import { assume, forget, pluginName as name, waitingFor } from '../volumes/assumed.ts'
import { CAPACITIES, CLAIMS, CLASSES, CSI_NODES, DRIVERS, VOLUMES } from '../volumes/objects.ts'
import { conflicts, Places } from '../volumes/places.ts'
import { claimFault, podClaims, usesClaim } from '../volumes/podClaims.ts'
import { prepareVolumes } from '../volumes/prepare.ts'

const reasons: readonly (readonly [bit: number, reason: string])[] = Object.freeze([
  [conflicts.node, "node(s) didn't match PersistentVolume's node affinity"],
  [conflicts.bind, "node(s) didn't find available persistent volumes to bind"],
  [conflicts.space, 'node(s) did not have enough free storage'],
  [conflicts.missing, 'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)'],
])

const nobody: readonly string[] = Object.freeze([])

/** Mirrors SetDefaults_VolumeBindingArgs of pkg/scheduler/apis/config/v1/defaults.go. */
const DEFAULT_TIMEOUT_SECONDS = 600

export function volumeBinding({ bindTimeoutSeconds = DEFAULT_TIMEOUT_SECONDS }: VolumeBindingArgs = {}): CyclePlugin {
  return Object.freeze<CyclePlugin>({
    name,
    rows: true,
    scope: 'cycle',
    watches: [CLAIMS, VOLUMES, CLASSES, CSI_NODES, DRIVERS, CAPACITIES],
    helps: (pod, kind, keys) => kind !== CLAIMS || usesClaim(pod, keys),
    awaits: (snapshot, kind, keys) => (kind === CLAIMS ? waitingFor(snapshot, keys) : nobody),
    preFilter: (cycle) => {
      if (!hasClaims(cycle.pod.spec)) return 'skip'
      const fault = claimFault(cycle)
      if (fault !== undefined) return hopeless(fault)
      return podClaims(cycle) === undefined ? hopeless('pod has unbound immediate PersistentVolumeClaims') : undefined
    },
    filter: (cycle) => {
      const places = placesFor(cycle)
      if (places === undefined || places.areAllAlike) return FITS
      const { rows } = cycle.snapshot.nodes
      return (row) => places.at(rows[row]!).code
    },
    refusal: (code) => ({
      plugin: name,
      reasons: reasons.filter(([bit]) => (code & bit) !== 0).map(([, reason]) => reason),
      resolvable: false,
    }),
    reserve: (cycle, node) => {
      const places = placesFor(cycle)
      if (places === undefined) return undefined
      const { snapshot, pod } = cycle
      const { code, bindings, provisions } = places.at(snapshot.nodes.rows[snapshot.nodes.row(node)!]!)
      if (code !== 0) return `the volumes for node ${node} are gone`
      if (bindings.length + provisions.length > 0)
        assume(snapshot, pod.metadata.uid, { node, bindings, provisions, told: 0 })
      return undefined
    },
    unreserve: ({ snapshot, pod }) => forget(snapshot, pod.metadata.uid),
    preBind: (cycle) => prepareVolumes(cycle, bindTimeoutSeconds * 1000),
    postBind: ({ snapshot, pod }) => forget(snapshot, pod.metadata.uid),
  })
}

function placesFor(cycle: Cycle): Places | undefined {
  const claims = hasClaims(cycle.pod.spec) ? podClaims(cycle) : undefined
  return claims === undefined ? undefined : new Places(cycle, claims)
}

function hopeless(reason: string): Refusal {
  return { plugin: name, reasons: [reason], resolvable: false }
}
