/**
 * What the published simulator (hkust-adsl/kubernetes-scheduler-simulator) calls things: pkg/type/open-gpu-share/utils.
 * On a node, the count is of cards and the milli of all together; on a pod, the milli is of each card.
 */
import { badRequest } from '../../api/errors.ts'
import { refuse } from '../../api/fields.ts'
import type { Manifest } from '../../api/manifest.ts'
import { isObject } from '../../api/object.ts'
import type { Pod } from '../../api/types/core.ts'

export const GPU_COUNT = 'alibabacloud.com/gpu-count'
export const GPU_MILLI = 'alibabacloud.com/gpu-milli'
export const GPU_MODEL = 'alibabacloud.com/gpu-card-model'
export const QOS = 'alibabacloud.com/qos'

/**
 * Thousandths of a card that a pod asks for over all its cards, by its annotations; 0 without any. For `inflated`, with
 * pods of the published YAML, which request nothing:
 * `inflated(workload, { to: 1.3, of: nodes, resource: 'alibabacloud.com/gpu-milli', asks: openbGpuMilli })`.
 * Throws BadRequest for an annotation that is no whole number.
 */
export function openbGpuMilli(pod: Manifest<Pod>): number {
  if (!isObject(pod)) throw refuse('openbGpuMilli', pod, 'a pod')
  return annotated(pod, GPU_COUNT) * annotated(pod, GPU_MILLI)
}

function annotated({ metadata }: Manifest<Pod>, name: string): number {
  const text = metadata?.annotations?.[name]
  if (text === undefined) return 0
  if (/^\d{1,9}$/u.test(text)) return Number(text)
  throw badRequest(
    `Pod "${metadata?.name ?? ''}": metadata.annotations[${name}]: expected a whole number, got ${JSON.stringify(text)}`,
  )
}
