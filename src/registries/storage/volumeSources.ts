/** What a volume is made of: exactly one source. */
import { forbidden, required } from '../../api/fieldErrors.ts'
import type { PersistentVolumeSpec } from '../../api/types/core.ts'
import { fill } from '../defineResource.ts'
import type { Errors } from '../validation/common.ts'
import { SOURCES } from './volumeSourceRules.ts'

/** Fields of the spec that are no source. */
const OTHERS: ReadonlySet<string> = new Set([
  'accessModes',
  'capacity',
  'claimRef',
  'mountOptions',
  'nodeAffinity',
  'persistentVolumeReclaimPolicy',
  'storageClassName',
  'volumeAttributesClassName',
  'volumeMode',
])
export const SOURCE_DEFAULTS: Readonly<Record<string, object>> = {
  azureDisk: { cachingMode: 'ReadWrite', fsType: 'ext4', readOnly: false, kind: 'Shared' },
  hostPath: { type: '' },
  iscsi: { iscsiInterface: 'default' },
  rbd: { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' },
  scaleIO: { storageMode: 'ThinProvisioned', fsType: 'xfs' },
}

/** The sources a spec names, by field. */
export function sourcesOf(spec: PersistentVolumeSpec): Readonly<Record<string, object>> {
  const sources = Object.entries(spec).filter(([field, value]) => !OTHERS.has(field) && value !== undefined)
  return Object.fromEntries(sources) as Record<string, object>
}

export function fillSource(spec: PersistentVolumeSpec): PersistentVolumeSpec {
  const filled: Record<string, object> = {}
  for (const [field, source] of Object.entries(sourcesOf(spec))) {
    const defaults = SOURCE_DEFAULTS[field]
    if (defaults !== undefined) filled[field] = fill(source, defaults)
  }
  return { ...spec, ...filled }
}

/** Exactly one source, which is what its kind must be. Upstream never minds a FlexVolume beside another. */
export function checkVolumeSource(spec: PersistentVolumeSpec, name: string, path: string, errors: Errors): void {
  let found = 0
  for (const { field, needs, shown = field, check } of SOURCES) {
    const source = spec[field] as Readonly<Record<string, unknown>> | undefined
    if (source === undefined) continue
    if (found++ > 0 && field !== 'flexVolume') {
      const said = field === 'cephfs' ? 'cephFS' : field
      errors.push(forbidden(`${path}.${said}`, 'may not specify more than 1 volume type'))
      continue
    }
    const at = `${path}.${shown}`
    for (const need of needs) if (isNothing(source[need])) errors.push(required(`${at}.${need}`))
    check?.(source as never, at, errors, name)
    if (field === 'local' && spec.nodeAffinity === undefined)
      errors.push(required(`${path}.nodeAffinity`, 'Local volume requires node affinity'))
  }
  if (found === 0) errors.push(required(path, 'must specify a volume type'))
  const { hostPath, persistentVolumeReclaimPolicy: policy } = spec
  if (policy === 'Recycle' && hostPath?.path !== undefined && /^\/+$/.test(hostPath.path)) {
    const detail = "may not be 'recycle' for a hostPath mount of '/'"
    errors.push(forbidden(`${path}.persistentVolumeReclaimPolicy`, detail))
  }
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
}
