/** What is wrong with arguments of built-in plugins: pkg/scheduler/apis/config/validation/validation_pluginargs.go. */
import { badRequest } from '../api/errors.ts'
import { fieldErrorMessage } from '../api/fieldErrors.ts'
import { checkKnown, type Fields, objectAt } from '../api/fields.ts'
import { said } from '../api/said.ts'
import { createSchema } from '../api/schema/schema.ts'
import { copyChecked } from '../api/schema/structural.ts'
import type { NodeAffinity } from '../api/types/core.ts'
import { checkNodeAffinity } from '../registries/validation/affinity.ts'

/** By plugin, what is known of its arguments. */
const checks: ReadonlyMap<string, (args: Fields, path: string) => void> = new Map([
  ['NodeResourcesFit', checkFit],
  ['NodeResourcesBalancedAllocation', checkBalanced],
  ['DefaultPreemption', checkPreemption],
  ['InterPodAffinity', checkAffinity],
  ['NodeAffinity', checkNodes],
  ['PodTopologySpread', checkSpread],
  ['VolumeBinding', checkVolumeBinding],
])

/** Throws BadRequest. */
export function checkArgs(args: unknown, path: string): void {
  for (const [plugin, own] of Object.entries(objectAt(args, path))) {
    const check = checks.get(plugin)
    if (check === undefined)
      throw badRequest(`${path}.${plugin}: no plugin takes these arguments; expected ${[...checks.keys()].join(', ')}`)
    if (own !== undefined) check(objectAt(own, `${path}.${plugin}`), `${path}.${plugin}`)
  }
}

function checkFit(args: Fields, path: string): void {
  checkKnown(args, path, ['scoringStrategy', 'ignoredResources', 'ignoredResourceGroups'])
  for (const field of ['ignoredResources', 'ignoredResourceGroups']) {
    const list = args[field]
    if (list !== undefined && !(Array.isArray(list) && list.every((name) => typeof name === 'string' && name !== '')))
      throw badRequest(`${path}.${field}: expected a list of names, got ${said(list)}`)
  }
  if (args['scoringStrategy'] === undefined) return
  const at = `${path}.scoringStrategy`
  const strategy = objectAt(args['scoringStrategy'], at)
  checkKnown(strategy, at, ['type', 'resources', 'requestedToCapacityRatio'])
  const { type = 'LeastAllocated', resources, requestedToCapacityRatio: ratio } = strategy
  const types = ['LeastAllocated', 'MostAllocated', 'RequestedToCapacityRatio']
  if (!types.includes(type as string))
    throw badRequest(`${at}.type: Unsupported value: ${said(type)}: supported values: ${types.join(', ')}`)
  checkResources(resources, `${at}.resources`, 100)
  if (type === 'RequestedToCapacityRatio') checkShape(ratio, `${at}.requestedToCapacityRatio`)
  else if (ratio !== undefined)
    throw badRequest(`${at}.requestedToCapacityRatio: goes with type RequestedToCapacityRatio, not with ${said(type)}`)
}

function checkBalanced(args: Fields, path: string): void {
  checkKnown(args, path, ['resources'])
  checkResources(args['resources'], `${path}.resources`, 1)
}

function checkPreemption(args: Fields, path: string): void {
  checkKnown(args, path, ['minCandidateNodesPercentage', 'minCandidateNodesAbsolute'])
  const { minCandidateNodesPercentage: percentage = 10, minCandidateNodesAbsolute: absolute = 100 } = args
  if (!isWhole(percentage, 0, 100))
    throw badRequest(
      `${path}.minCandidateNodesPercentage: expected a whole number from 0 to 100, got ${said(percentage)}`,
    )
  if (!isWhole(absolute, 0, Infinity))
    throw badRequest(`${path}.minCandidateNodesAbsolute: expected a whole number of at least 0, got ${said(absolute)}`)
  if (percentage === 0 && absolute === 0)
    throw badRequest(`${path}: minCandidateNodesPercentage and minCandidateNodesAbsolute cannot both be 0`)
}

function checkAffinity(args: Fields, path: string): void {
  checkKnown(args, path, ['hardPodAffinityWeight', 'ignorePreferredTermsOfExistingPods'])
  const { hardPodAffinityWeight: weight = 1, ignorePreferredTermsOfExistingPods: ignores = false } = args
  if (!isWhole(weight, 0, 100))
    throw badRequest(`${path}.hardPodAffinityWeight: expected a whole number from 0 to 100, got ${said(weight)}`)
  if (typeof ignores !== 'boolean')
    throw badRequest(`${path}.ignorePreferredTermsOfExistingPods: expected true or false, got ${said(ignores)}`)
}

function checkNodes(args: Fields, path: string): void {
  checkKnown(args, path, ['addedAffinity'])
  const { addedAffinity } = args
  if (addedAffinity === undefined) return
  const at = `${path}.addedAffinity`
  const { value, errors } = copyChecked(createSchema(), 'core.v1.NodeAffinity', objectAt(addedAffinity, at), at)
  const wrong = [...errors]
  if (wrong.length === 0) checkNodeAffinity(value as NodeAffinity, at, wrong)
  if (wrong.length > 0) throw badRequest(wrong.map(fieldErrorMessage).join(', '))
}

function checkSpread(args: Fields, path: string): void {
  checkKnown(args, path, ['defaultConstraints', 'defaultingType'])
  const { defaultConstraints = [], defaultingType = 'System' } = args
  if (defaultingType !== 'System' && defaultingType !== 'List')
    throw badRequest(`${path}.defaultingType: expected 'System' or 'List', got ${said(defaultingType)}`)
  if (!Array.isArray(defaultConstraints))
    throw badRequest(`${path}.defaultConstraints: expected a list, got ${said(defaultConstraints)}`)
  if (defaultingType === 'System' && defaultConstraints.length > 0)
    throw badRequest(`${path}.defaultConstraints: goes with defaultingType 'List'`)
  for (const [index, constraint] of defaultConstraints.entries())
    checkConstraint(
      objectAt(constraint, `${path}.defaultConstraints[${index}]`),
      `${path}.defaultConstraints[${index}]`,
    )
}

function checkVolumeBinding(args: Fields, path: string): void {
  checkKnown(args, path, ['bindTimeoutSeconds', 'shape'])
  const { bindTimeoutSeconds: seconds = 600, shape } = args
  if (!isWhole(seconds, 0, Infinity))
    throw badRequest(`${path}.bindTimeoutSeconds: expected a whole number of at least 0, got ${said(seconds)}`)
  if (shape !== undefined)
    throw badRequest(`${path}.shape: goes with the feature gate StorageCapacityScoring, which is off`)
}

function checkConstraint(constraint: Fields, path: string): void {
  const { maxSkew, topologyKey, whenUnsatisfiable, labelSelector, ...more } = constraint
  checkKnown(more, path, ['maxSkew', 'topologyKey', 'whenUnsatisfiable'])
  if (!isWhole(maxSkew, 1, Infinity))
    throw badRequest(`${path}.maxSkew: expected a whole number of at least 1, got ${said(maxSkew)}`)
  if (typeof topologyKey !== 'string' || topologyKey === '')
    throw badRequest(`${path}.topologyKey: expected a label, got ${said(topologyKey)}`)
  if (whenUnsatisfiable !== 'DoNotSchedule' && whenUnsatisfiable !== 'ScheduleAnyway')
    throw badRequest(
      `${path}.whenUnsatisfiable: expected DoNotSchedule or ScheduleAnyway, got ${said(whenUnsatisfiable)}`,
    )
  if (labelSelector !== undefined)
    throw badRequest(`${path}.labelSelector: the selector is that of the pod's services and owner; leave it out`)
}

function checkResources(resources: unknown, path: string, most: number): void {
  if (resources === undefined) return
  if (!Array.isArray(resources) || resources.length === 0)
    throw badRequest(`${path}: expected a list of { name, weight }, got ${said(resources)}`)
  const names = new Set<unknown>()
  for (const [index, one] of resources.entries()) {
    const at = `${path}[${index}]`
    const { name, weight = 1 } = objectAt(one, at, ['name', 'weight'])
    if (typeof name !== 'string' || name === '') throw badRequest(`${at}.name: expected a resource, got ${said(name)}`)
    if (names.has(name)) throw badRequest(`${at}.name: Duplicate value: ${said(name)}`)
    names.add(name)
    if (!isWhole(weight, 1, most))
      throw badRequest(`${at}.weight: expected a whole number from 1 to ${most}, got ${said(weight)}`)
  }
}

function checkShape(ratio: unknown, path: string): void {
  const { shape } = objectAt(ratio, path, ['shape'])
  if (!Array.isArray(shape) || shape.length === 0)
    throw badRequest(`${path}.shape: expected at least one point { utilization, score }, got ${said(shape)}`)
  let before = -1
  for (const [index, point] of shape.entries()) {
    const at = `${path}.shape[${index}]`
    const { utilization, score } = objectAt(point, at, ['utilization', 'score'])
    if (!isWhole(utilization, 0, 100))
      throw badRequest(`${at}.utilization: expected a whole number from 0 to 100, got ${said(utilization)}`)
    if (!isWhole(score, 0, 10))
      throw badRequest(`${at}.score: expected a whole number from 0 to 10, got ${said(score)}`)
    if (utilization <= before)
      throw badRequest(
        `${at}.utilization: values must be sorted in increasing order, got ${utilization} after ${before}`,
      )
    before = utilization
  }
}

function isWhole(value: unknown, least: number, most: number): value is number {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most
}
