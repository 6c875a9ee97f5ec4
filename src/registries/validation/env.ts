/** Environment variables. Mirrors ValidateEnv and ValidateEnvFrom of core validation. */
import { invalid, required } from '../../api/fieldErrors.ts'
import { configKeyErrors, envVarNameErrors } from '../../api/names.ts'
import type { EnvFromSource, EnvVar, FileKeySelector } from '../../api/types/core.ts'
import type { Errors } from './common.ts'
import { checkLabel, checkSubdomain, complain } from './common.ts'
import { checkFieldRef, checkResourceFieldRef } from './fieldRefs.ts'
import { checkNoBacksteps } from './paths.ts'

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

function checkValueFrom(variable: EnvVar, path: string, errors: Errors): void {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = variable.valueFrom ?? {}
  if (fieldRef !== undefined) checkFieldRef(fieldRef, FIELDS, `${path}.fieldRef`, errors)
  if (resourceFieldRef !== undefined) checkResourceFieldRef(resourceFieldRef, false, `${path}.resourceFieldRef`, errors)
  for (const [name, ref] of [
    ['configMapKeyRef', configMapKeyRef],
    ['secretKeyRef', secretKeyRef],
  ] as const) {
    if (ref === undefined) continue
    checkSubdomain(errors, `${path}.${name}.name`, ref.name ?? '')
    if (!ref.key) errors.push(required(`${path}.${name}.key`))
    else complain(errors, `${path}.${name}.key`, ref.key, configKeyErrors(ref.key))
  }
  if (fileKeyRef !== undefined) checkFileKeyRef(fileKeyRef, `${path}.fileKeyRef`, errors)
  const given = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef].filter(
    (ref) => ref !== undefined,
  )
  if (given.length === 0) errors.push(invalid(path, '', ONE_OF))
  else if (variable.value) errors.push(invalid(path, '', 'may not be specified when `value` is not empty'))
  else if (given.length > 1) errors.push(invalid(path, '', 'may not have more than one field specified at a time'))
}

/** A variable out of a file in a volume; whether the pod has such a volume is said of the whole spec. */
function checkFileKeyRef({ key, volumeName, path }: FileKeySelector, at: string, errors: Errors): void {
  if (!key) errors.push(required(`${at}.key`))
  else complain(errors, `${at}.key`, key, envVarNameErrors(key))
  if (!volumeName) errors.push(required(`${at}.volumeName`))
  else checkLabel(errors, `${at}.volumeName`, volumeName)
  if (!path) errors.push(required(`${at}.path`))
  else checkNoBacksteps(path, `${at}.path`, errors)
}

const ONE_OF = 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`'

function checkReference(name: string | undefined, path: string, errors: Errors): void {
  if (!name) errors.push(required(path))
  else checkSubdomain(errors, path, name)
}
