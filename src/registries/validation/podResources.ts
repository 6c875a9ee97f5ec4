/** Resources of a pod as a whole. Mirrors validatePodResources of core validation. */
import { containerAmounts } from '../../api/containerAmounts.ts'
import { isPodLevel } from '../../api/podTotal.ts'
import { forbidden, invalid, notSupported } from '../../api/fieldErrors.ts'
import { canonicalQuantity, compareQuantities, formatQuantity, parseQuantity } from '../../api/quantity.ts'
import type { PodSpec } from '../../api/types/core.ts'
import type { Errors } from './common.ts'
import { checkRequirements, checkStandardResource } from './resources.ts'

export function checkPodResources(spec: PodSpec, path: string, errors: Errors): void {
  const { resources, resourceClaims, os } = spec
  if (resources === undefined) return
  if (os?.name === 'windows') {
    errors.push(forbidden(path, 'may not be set for a windows pod'))
    return
  }
  if (resources.claims !== undefined) {
    errors.push(forbidden(`${path}.claims`, 'claims may not be set for Resources at pod-level'))
  }
  checkRequirements(resources, resourceClaims, path, errors, checkPodLevelName)
  checkTotals(spec, path, errors)
  checkSingles(spec, path, errors)
}

function checkPodLevelName(name: string, path: string, errors: Errors): void {
  const before = errors.length
  checkStandardResource(name, path, errors)
  if (errors.length > before || isPodLevel(name)) return
  errors.push(notSupported(path, name, ['cpu', 'hugepages-', 'memory']))
}

/** No less than the containers together request, and of huge pages no less than these may use. */
function checkTotals(spec: PodSpec, path: string, errors: Errors): void {
  for (const side of ['requests', 'limits'] as const) {
    for (const [name, amount] of containerAmounts(spec, side)) {
      const given = spec.resources?.[side]?.[name]
      if (given === undefined || (side === 'limits' && !name.startsWith('hugepages-'))) continue
      const whole = parseQuantity(given)
      if (whole === undefined || compareQuantities(amount, whole) <= 0) continue
      const detail = `must be greater than or equal to aggregate container ${side} of ${formatQuantity(amount)}`
      errors.push(invalid(`${path}.${side}[${name}]`, canonicalQuantity(given), detail))
    }
  }
}

/** No single container may use more than the pod. */
function checkSingles({ containers = [], resources }: PodSpec, path: string, errors: Errors): void {
  for (const [i, container] of containers.entries()) {
    const limits = container.resources?.limits ?? {}
    for (const name of Object.keys(limits).sort()) {
      const given = resources?.limits?.[name]
      const [own, whole] = [parseQuantity(limits[name] ?? ''), parseQuantity(given ?? '')]
      if (own === undefined || whole === undefined || compareQuantities(own, whole) <= 0) continue
      const detail = `must be less than or equal to pod limits of ${formatQuantity(whole)}`
      errors.push(invalid(`${path}.containers[${i}][${name}].limits`, formatQuantity(own), detail))
    }
  }
}
