import { type CyclePlugin, FLAT } from '../plugin.ts'

/** Likes nodes that have the pod's images. Mirrors pkg/scheduler/framework/plugins/imagelocality/image_locality.go. */
export const ImageLocality: CyclePlugin = Object.freeze<CyclePlugin>({
  rows: true,
  scope: 'cycle',
  name: 'ImageLocality',
  scores: ({ pod, snapshot }) => snapshot.topology.images.worth(pod.spec) !== undefined,
  score: ({ pod, snapshot }) => {
    const worth = snapshot.topology.images.worth(pod.spec)
    return worth === undefined ? FLAT : (row) => worth[row]!
  },
})
