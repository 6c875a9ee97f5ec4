/**
 * What a container may learn of its own pod, as a variable or as a file. Mirrors validateObjectFieldSelector and
 * validateContainerResourceFieldSelector of core validation, and ConvertDownwardAPIFieldLabel of pkg/apis/core/pods.
 */
import { invalid, notSupported, required } from '../../api/fieldErrors.ts'
import { canonicalQuantity, parseQuantity } from '../../api/quantity.ts'
import type { ObjectFieldSelector, ResourceFieldSelector } from '../../api/types/core.ts'
import type { Errors } from './common.ts'
import { checkQualifiedName } from './common.ts'

/** Fields of pods by the names that selectors know; variables and files can have some of them. */
const KNOWN: ReadonlySet<string> = new Set([
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.restartPolicy',
  'spec.serviceAccountName',
  'spec.schedulerName',
  'status.phase',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
])
const RESOURCES = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
]
const HUGE_PAGES = /^(?:limits|requests)\.hugepages-/
/** What amounts of a resource may be divided by, and what messages call the resource. */
const CPU_UNITS = ['1m', '1']
const BYTE_UNITS = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei']
const DIVIDED: readonly (readonly [RegExp, units: readonly string[], said: string])[] = [
  [/^(?:limits|requests)\.cpu$/, CPU_UNITS, '1m and 1 are supported with the cpu resource'],
  [/^(?:limits|requests)\.memory$/, BYTE_UNITS, `${BYTE_UNITS.join(', ')} are supported with the memory resource`],
  [
    /^(?:limits|requests)\.ephemeral-storage$/,
    BYTE_UNITS,
    `${BYTE_UNITS.join(', ')} are supported with the local ephemeral storage resource`,
  ],
  [HUGE_PAGES, BYTE_UNITS, `${BYTE_UNITS.join(', ')} are supported with the hugepages resource`],
]

/** A field of the pod, one of `fields`; `metadata.labels['key']` and annotations may be asked for one by one. */
export function checkFieldRef(ref: ObjectFieldSelector, fields: readonly string[], path: string, errors: Errors): void {
  const { apiVersion = 'v1', fieldPath } = ref
  if (!fieldPath) {
    errors.push(required(`${path}.fieldPath`))
    return
  }
  const subscript = /^(.+?)\['(.*)'\]$/s.exec(fieldPath)
  const of = subscript?.[1]
  const unknown = unconvertible(apiVersion, fieldPath, of)
  if (unknown !== undefined) {
    errors.push(invalid(`${path}.fieldPath`, fieldPath, `error converting fieldPath: ${unknown}`))
  } else if (subscript !== null) {
    const key = subscript[2] ?? ''
    checkQualifiedName(errors, path, of === 'metadata.annotations' ? key.toLowerCase() : key)
  } else {
    const field = fieldPath === OLD_NODE_NAME ? 'spec.nodeName' : fieldPath
    if (!fields.includes(field)) errors.push(notSupported(`${path}.fieldPath`, field, fields))
  }
}

/** `ofAnother` is true where the container must be named whose resource it is. */
export function checkResourceFieldRef(
  { containerName, resource, divisor }: ResourceFieldSelector,
  ofAnother: boolean,
  path: string,
  errors: Errors,
): void {
  if (ofAnother && !containerName) errors.push(required(`${path}.containerName`))
  else if (!resource) errors.push(required(`${path}.resource`))
  else if (!RESOURCES.includes(resource) && !HUGE_PAGES.test(resource)) {
    errors.push(notSupported(`${path}.resource`, resource, RESOURCES))
  }
  if (divisor === undefined || parseQuantity(divisor)?.nano === 0n) return
  const [, units, said] = DIVIDED.find(([name]) => name.test(resource)) ?? []
  if (units === undefined || units.includes(canonicalQuantity(divisor))) return
  errors.push(invalid(`${path}.divisor`, resource, `only divisor's values ${said}`))
}

/** What clients of long ago call the node. */
const OLD_NODE_NAME = 'spec.host'

function unconvertible(apiVersion: string, fieldPath: string, subscripted: string | undefined): string | undefined {
  if (apiVersion !== 'v1') return `unsupported pod version: ${apiVersion}`
  if (subscripted !== undefined) {
    const isMap = subscripted === 'metadata.labels' || subscripted === 'metadata.annotations'
    return isMap ? undefined : `field label does not support subscript: ${fieldPath}`
  }
  return KNOWN.has(fieldPath) || fieldPath === OLD_NODE_NAME ? undefined : `field label not supported: ${fieldPath}`
}
