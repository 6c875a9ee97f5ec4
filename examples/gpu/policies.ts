import type { SchedulerOptions } from '../../src/index.ts'
import { bestFit } from './bestFit.ts'
import { dotProd } from './dotProd.ts'
import { fgd } from './fgd.ts'
import type { Fragmentation } from './fragmentation.ts'
import { gpuPacking } from './gpuPacking.ts'
import { anyCard, gpuShare, tightest } from './gpuShare.ts'
import { random } from './random.ts'

/** A scheduler for each of the published policies: cards are shared, and one plugin alone scores. */
export function policies(target: Fragmentation): Readonly<Record<string, SchedulerOptions>> {
  const { score, pick } = fgd(target)
  const alone = (plugin: typeof score, card = tightest): SchedulerOptions => ({
    policy: { name: plugin.name, scores: [{ plugin, weight: 1 }] },
    plugins: [gpuShare(card)],
  })
  return {
    Random: alone(random, anyCard),
    DotProd: alone(dotProd),
    GpuPacking: alone(gpuPacking),
    BestFit: alone(bestFit),
    FGD: alone(score, pick),
  }
}
