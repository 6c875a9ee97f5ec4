/** What a volume is, whether it stands alone or within an attachment. Mirrors ValidatePersistentVolumeSpec of core validation. */
import { forbidden, notSupported, required } from '../../api/fieldErrors.ts'
import { isEmpty } from '../../api/isEmpty.ts'
import { sortedKeys } from '../../api/order.ts'
import type { PersistentVolumeSpec } from '../../api/types/core.ts'
import { checkNodeSelector } from '../validation/affinity.ts'
import type { Errors } from '../validation/common.ts'
import { checkSubdomain } from '../validation/common.ts'
import { VOLUME_MODES, checkAccessModes, checkNotBelowZero, checkPositive } from './accessModes.ts'
import { checkVolumeSource } from './volumeSources.ts'

const POLICIES = ['Delete', 'Recycle', 'Retain']

export function checkVolume(spec: PersistentVolumeSpec, name: string, errors: Errors): void {
  const at = 'spec'
  const { persistentVolumeReclaimPolicy: policy, nodeAffinity, volumeMode } = spec
  checkAccessModes(spec.accessModes, `${at}.accessModes`, '', errors)
  checkCapacity(spec, at, errors)
  if (policy && !POLICIES.includes(policy)) {
    errors.push(notSupported(`${at}.persistentVolumeReclaimPolicy`, policy, POLICIES))
  }
  if (nodeAffinity !== undefined) {
    if (nodeAffinity.required === undefined) {
      errors.push(required(`${at}.nodeAffinity.required`, 'must specify required node constraints'))
    } else checkNodeSelector(nodeAffinity.required, `${at}.nodeAffinity.required`, errors)
  }
  checkVolumeSource(spec, name, at, errors)
  if (spec.storageClassName) checkSubdomain(errors, `${at}.storageClassName`, spec.storageClassName)
  if (volumeMode !== undefined && !VOLUME_MODES.includes(volumeMode)) {
    errors.push(notSupported(`${at}.volumeMode`, volumeMode, VOLUME_MODES))
  }
  checkAttributesClass(spec, at, errors)
}

/** Only a CSI driver's volume can be told with its attachment, and little of it. */
export function checkInlineVolume(spec: PersistentVolumeSpec, at: string, errors: Errors): void {
  const context = 'in the context of inline volumes'
  const refuse = (field: keyof PersistentVolumeSpec, detail = 'may not be specified'): void =>
    void errors.push(forbidden(`${at}.${field}`, `${detail} ${context}`))
  const { persistentVolumeReclaimPolicy: policy, volumeMode } = spec
  if (spec.claimRef !== undefined) refuse('claimRef')
  if (!isEmpty(spec.capacity)) refuse('capacity')
  if (spec.csi === undefined) errors.push(required(`${at}.csi`, `has to be specified ${context}`))
  checkAccessModes(spec.accessModes, `${at}.accessModes`, '', errors)
  if (policy && policy !== 'Retain') refuse('persistentVolumeReclaimPolicy', 'may only be Retain')
  if (spec.nodeAffinity !== undefined) refuse('nodeAffinity')
  checkVolumeSource(spec, '', at, errors)
  if (spec.storageClassName) refuse('storageClassName')
  if (volumeMode && volumeMode !== 'Filesystem')
    refuse('volumeMode', 'may not specify volumeMode other than Filesystem')
}

function checkCapacity({ capacity }: PersistentVolumeSpec, at: string, errors: Errors): void {
  const names = sortedKeys(capacity)
  if (names.length === 0) errors.push(required(`${at}.capacity`))
  if (names.length !== 1 || names[0] !== 'storage') {
    errors.push(notSupported(`${at}.capacity`, capacity, ['storage']))
  }
  for (const name of names) {
    const amount = capacity?.[name] ?? ''
    checkNotBelowZero(amount, `${at}.capacity[${name}]`, errors)
    checkPositive(amount, `${at}.capacity[${name}]`, errors)
  }
}

function checkAttributesClass(
  { volumeAttributesClassName: name, csi }: PersistentVolumeSpec,
  at: string,
  errors: Errors,
): void {
  if (name === undefined) return
  const path = `${at}.volumeAttributesClassName`
  if (name === '') errors.push(required(path, 'an empty string is disallowed'))
  else checkSubdomain(errors, path, name)
  if (csi === undefined) errors.push(required(`${at}.csi`, 'has to be specified when using volumeAttributesClassName'))
}
