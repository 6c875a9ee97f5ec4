/** Environment variables. Mirrors ValidateEnv and ValidateEnvFrom of core validation. */
import { invalid, notSupported, required } from '../../api/fieldErrors.ts'
import { envVarNameErrors } from '../../api/names.ts'
import type { EnvFromSource, EnvVar, ObjectFieldSelector, ResourceFieldSelector } from '../../api/types/core.ts'
import type { Errors } from './common.ts'
import { checkQualifiedName, checkSubdomain, complain } from './common.ts'

const FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]
const RESOURCES = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
]

export function checkEnv(env: readonly EnvVar[] | undefined, path: string, errors: Errors): void {
  if (env === undefined) return
  for (let i = 0; i < env.length; i++) {
    const variable = env[i] as EnvVar
    if (!variable.name) errors.push(required(`${path}[${i}].name`))
    else {
      const said = envVarNameErrors(variable.name)
      if (said.length > 0) complain(errors, `${path}[${i}].name`, variable.name, said)
    }
    if (variable.valueFrom !== undefined) checkValueFrom(variable, `${path}[${i}].valueFrom`, errors)
  }
}

export function checkEnvFrom(sources: readonly EnvFromSource[] | undefined, path: string, errors: Errors): void {
  if (sources === undefined) return
  for (let i = 0; i < sources.length; i++) {
    const { prefix, configMapRef, secretRef } = sources[i] as EnvFromSource
    const at = `${path}[${i}]`
    if (prefix) complain(errors, `${at}.prefix`, prefix, envVarNameErrors(prefix))
    if (configMapRef !== undefined) checkReference(configMapRef.name, `${at}.configMapRef.name`, errors)
    if (secretRef !== undefined) checkReference(secretRef.name, `${at}.secretRef.name`, errors)
    if (configMapRef === undefined && secretRef === undefined) {
      errors.push(invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'))
    } else if (configMapRef !== undefined && secretRef !== undefined) {
      errors.push(invalid(path, '', 'may not have more than one field specified at a time'))
    }
  }
}

/** A field of the pod itself; `metadata.labels['key']` and annotations may be asked for one by one. */
function checkFieldRef(ref: ObjectFieldSelector, path: string, errors: Errors): void {
  if (!ref.fieldPath) {
    errors.push(required(`${path}.fieldPath`))
    return
  }
  const subscript = /^(metadata\.(?:labels|annotations))\['(.*)'\]$/s.exec(ref.fieldPath)
  if (subscript !== null) {
    const key = subscript[2] ?? ''
    checkQualifiedName(errors, path, subscript[1] === 'metadata.annotations' ? key.toLowerCase() : key)
  } else if (!FIELDS.includes(ref.fieldPath)) errors.push(notSupported(`${path}.fieldPath`, ref.fieldPath, FIELDS))
}

function checkResourceFieldRef(ref: ResourceFieldSelector, path: string, errors: Errors): void {
  if (!ref.resource) errors.push(required(`${path}.resource`))
  else if (!RESOURCES.includes(ref.resource) && !/^(limits|requests)\.hugepages-/.test(ref.resource)) {
    errors.push(notSupported(`${path}.resource`, ref.resource, RESOURCES))
  }
}

function checkValueFrom(variable: EnvVar, path: string, errors: Errors): void {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = variable.valueFrom ?? {}
  if (fieldRef !== undefined) checkFieldRef(fieldRef, `${path}.fieldRef`, errors)
  if (resourceFieldRef !== undefined) checkResourceFieldRef(resourceFieldRef, `${path}.resourceFieldRef`, errors)
  for (const [name, ref] of [
    ['configMapKeyRef', configMapKeyRef],
    ['secretKeyRef', secretKeyRef],
  ] as const) {
    if (ref === undefined) continue
    checkSubdomain(errors, `${path}.${name}.name`, ref.name ?? '')
    if (!ref.key) errors.push(required(`${path}.${name}.key`))
  }
  const given = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef].filter(
    (ref) => ref !== undefined,
  )
  if (given.length === 0) errors.push(invalid(path, '', ONE_OF))
  else if (variable.value) errors.push(invalid(path, '', 'may not be specified when `value` is not empty'))
  else if (given.length > 1) errors.push(invalid(path, '', 'may not have more than one field specified at a time'))
}

const ONE_OF = 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`'

function checkReference(name: string | undefined, path: string, errors: Errors): void {
  if (!name) errors.push(required(path))
  else checkSubdomain(errors, path, name)
}
