/** Mirrors pkg/scheduler/framework/plugins/nodevolumelimits/csi.go: a node takes as many volumes as its CSINode says. */
import type { Volume } from '../../api/types/core.ts'
import type { Snapshot } from '../cycle.ts'
import { type CyclePlugin, FITS } from '../plugin.ts'
import { ATTACHMENTS, CLAIMS, CLASSES, CSI_NODES, VOLUMES } from '../volumes/objects.ts'
import { usesClaim } from '../volumes/podClaims.ts'
import { VolumeUsage } from '../volumes/usage.ts'

const name = 'NodeVolumeLimits'

/** What it remembers of each snapshot is a cache. */
export function nodeVolumeLimits(): CyclePlugin {
  const known = new WeakMap<Snapshot, VolumeUsage>()
  const usageOf = (snapshot: Snapshot): VolumeUsage => {
    let usage = known.get(snapshot)
    if (usage === undefined) known.set(snapshot, (usage = new VolumeUsage(snapshot)))
    return usage
  }
  return Object.freeze<CyclePlugin>({
    name,
    rows: true,
    scope: 'cycle',
    watches: [CSI_NODES, CLAIMS, VOLUMES, ATTACHMENTS, CLASSES],
    helps: (pod, kind, keys) => kind !== CLAIMS || usesClaim(pod, keys),
    changed: (snapshot, kind, keys) => known.get(snapshot)?.changed(kind, keys),
    preFilter: ({ pod }) => (pod.spec.volumes?.some(isAttachable) === true ? undefined : 'skip'),
    filter: ({ pod, snapshot }) => {
      const usage = usageOf(snapshot)
      if (!usage.isLimited) return FITS
      const hasRoom = usage.roomFor(pod)
      return (row) => (hasRoom(row) ? 0 : 1)
    },
    refusal: () => ({ plugin: name, reasons: ['node(s) exceed max volume count'], resolvable: true }),
  })
}

function isAttachable(volume: Volume): boolean {
  const { persistentVolumeClaim, ephemeral, awsElasticBlockStore, azureDisk, cinder, gcePersistentDisk } = volume
  return (
    (persistentVolumeClaim ?? ephemeral ?? awsElasticBlockStore ?? azureDisk ?? cinder ?? gcePersistentDisk) !==
    undefined
  )
}
