import { callOptions } from '../api/callOptions.ts'
import { badRequest } from '../api/errors.ts'
import { parseQuantity, quantityValue } from '../api/quantity.ts'
import { said } from '../api/said.ts'
import { checkNode, type FaultDefinition, type FaultTiming } from './fault.ts'

/** Something other than its pods leaves a machine less of a resource than its kubelet keeps free. */
interface Shortage<Type extends string> {
  readonly type: Type
  readonly node: string
  /** How much is left, in bytes or process numbers; half of what the kubelet keeps free unless given. */
  readonly available?: number
}

export type MemoryPressure = Shortage<'memoryPressure'>
export type DiskPressure = Shortage<'diskPressure'>
export type PidPressure = Shortage<'pidPressure'>

export interface PressureOptions extends FaultTiming {
  /** How much is left, as a quantity; half of what the kubelet keeps free unless given. */
  readonly available?: string | number | undefined
}

export const memoryPressure: FaultDefinition<MemoryPressure> = shortage('memoryPressure', 'memory', 'memory')
export const diskPressure: FaultDefinition<DiskPressure> = shortage('diskPressure', 'disk', 'disk space')
export const pidPressure: FaultDefinition<PidPressure> = shortage('pidPressure', 'pids', 'process numbers')

function shortage<Type extends string>(type: Type, resource: string, what: string): FaultDefinition<Shortage<Type>> {
  return {
    type,
    fields: ['node', 'available'],
    check(parts, { node, available }) {
      checkNode(parts, node)
      if (available !== undefined && !(Number.isSafeInteger(available) && available >= 0))
        throw badRequest(`available: expected a quantity that is not negative, got ${said(available)}`)
    },
    begin({ environment }, { node, available }, id) {
      environment.kernel.interrupt('kubelet', { type: 'shortage', id, node, resource, available })
    },
    heal: ({ environment }, { node }, id) => environment.kernel.interrupt('kubelet', { type: 'relief', id, node }),
    say: ({ node }) => `${node} runs short of ${what}`,
  }
}

/** The fault that is asked for. Throws BadRequest. */
export function shortageOf<Type extends string>(
  type: Type,
  node: string,
  options: PressureOptions | undefined,
): { readonly fault: Shortage<Type>; readonly timing: FaultTiming } {
  const { available, ...timing } = callOptions(type, options)
  if (available === undefined) return { fault: { type, node }, timing }
  const isAmount = typeof available === 'string' || typeof available === 'number'
  if (!isAmount || parseQuantity(available) === undefined)
    throw badRequest(`available: expected a quantity such as "50Mi", got ${said(available)}`)
  return { fault: { type, node, available: Number(quantityValue(available)) }, timing }
}
