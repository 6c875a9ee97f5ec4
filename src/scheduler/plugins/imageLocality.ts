import type { CyclePlugin } from '../plugin.ts'

/** Likes nodes that have the pod's images. Mirrors pkg/scheduler/framework/plugins/imagelocality/image_locality.go. */
export const ImageLocality: CyclePlugin = Object.freeze<CyclePlugin>({
  rows: true,
  scope: 'cycle',
  name: 'ImageLocality',
  scores: ({ pod, snapshot }) => snapshot.topology.images.worth(pod.spec) !== undefined,
  score: ({ pod, snapshot }, feasible, scores) => {
    const worth = snapshot.topology.images.worth(pod.spec)!
    for (let j = 0; j < feasible.length; j++) scores[j] = worth[feasible[j]!]!
  },
})
