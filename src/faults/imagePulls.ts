import { callOptions } from '../api/callOptions.ts'
import { checkNode, checkText, type FaultDefinition, type FaultTiming } from './fault.ts'

/** Images cannot be pulled; where a node has one already, it goes on using it. Healed, the kubelets try again in their time. */
export interface FailImagePull {
  readonly type: 'failImagePull'
  /** As manifests name it; `*` stands for any characters. */
  readonly image: string
  /** What the registry answers; `{image}` in it stands for the image's full reference. */
  readonly error: string
  /** Where; on every node unless given. */
  readonly node?: string
}

export interface PullOptions extends FaultTiming {
  /** What the registry answers, such as `not found`; that it is unavailable, unless given. */
  readonly error?: string | undefined
  /** Where; on every node unless given. */
  readonly node?: string | undefined
}

export const failImagePull: FaultDefinition<FailImagePull> = {
  type: 'failImagePull',
  fields: ['image', 'error', 'node'],
  check(parts, { image, error, node }) {
    checkText('image', image)
    checkText('error', error)
    if (node !== undefined) checkNode(parts, node)
  },
  begin({ environment }, { image, error, node }, id) {
    environment.kernel.interrupt('kubelet', { type: 'failPulls', id, image, error, node })
  },
  heal: ({ environment }, _fault, id) => environment.kernel.interrupt('kubelet', { type: 'allowPulls', id }),
  say: ({ image, node }) => `image ${image} cannot be pulled${node === undefined ? '' : ` on ${node}`}`,
}

const unavailable = 'failed to resolve reference "{image}": unexpected status: 503 Service Unavailable'

/** The fault that is asked for. */
export function pullFailureOf(
  image: string,
  options: PullOptions | undefined,
): { readonly fault: FailImagePull; readonly timing: FaultTiming } {
  const { error = unavailable, node, ...timing } = callOptions('failImagePull', options)
  return { fault: { type: 'failImagePull', image, error, ...(node === undefined ? {} : { node }) }, timing }
}
