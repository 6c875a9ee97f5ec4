/** Names the account a pod runs as. Mirrors plugin/pkg/admission/serviceaccount/admission.go, but mounts no token. */
import type { PodSpec } from '../../api/types/core.ts'
import { copyOf } from '../defaults/mutable.ts'

export function withServiceAccount(spec: PodSpec): PodSpec {
  const name = spec.serviceAccountName || spec.serviceAccount || 'default'
  if (spec.serviceAccountName === name && spec.serviceAccount === name) return spec
  const copy = copyOf(spec)
  copy.serviceAccountName = name
  copy.serviceAccount = name
  return copy
}
