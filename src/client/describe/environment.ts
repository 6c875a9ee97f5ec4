/** Environment variables and where their values come from. Mirrors describeContainerEnvVars and EnvFrom of describe.go. */
import type { KubeObject } from '../../api/meta.ts'
import { bytes, cpuMilli } from '../../api/quantity.ts'
import type { Container, EnvFromSource, EnvVar, ResourceFieldSelector } from '../../api/types/core.ts'
import { field, type Lines, section } from './lines.ts'

/** `pod` is the one whose fields the variables name; undefined in a template. */
export function environmentLines({ env = [], envFrom = [], resources }: Container, pod: KubeObject | undefined): Lines {
  const imported = envFrom.length === 0 ? [] : section('Environment Variables from', envFrom.map(importText))
  if (env.length === 0) return [...imported, field('Environment', '<none>')]
  return [
    ...imported,
    ...section(
      'Environment',
      env.flatMap((one) => variableLines(one, resources, pod)),
    ),
  ]
}

function importText({ configMapRef, secretRef, prefix = '' }: EnvFromSource): string {
  const [from, source] = configMapRef === undefined ? ['Secret', secretRef] : ['ConfigMap', configMapRef]
  const prefixed = prefix === '' ? '' : ` with prefix '${prefix}'`
  return `${source?.name ?? ''}\t${source === undefined ? '' : from}${prefixed}\tOptional: ${source?.optional === true}`
}

function variableLines(
  { name, value = '', valueFrom }: EnvVar,
  resources: Container['resources'],
  pod: KubeObject | undefined,
): Lines {
  if (valueFrom === undefined) return value.split('\n').map((line, i) => (i === 0 ? field(name, line) : `\t${line}`))
  const { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef } = valueFrom
  if (fieldRef !== undefined) {
    const { apiVersion = 'v1', fieldPath } = fieldRef
    return [field(name, `${fieldOf(pod, fieldPath)} (${apiVersion}:${fieldPath})`)]
  }
  if (resourceFieldRef !== undefined)
    return [field(name, `${amountOf(resourceFieldRef, resources)} (${resourceFieldRef.resource})`)]
  if (secretKeyRef !== undefined) {
    const { key, name: secret = '', optional } = secretKeyRef
    return [field(name, `<set to the key '${key}' in secret '${secret}'>\tOptional: ${optional === true}`)]
  }
  if (configMapKeyRef === undefined) return []
  const { key, name: map = '', optional } = configMapKeyRef
  return [field(name, `<set to the key '${key}' of config map '${map}'>\tOptional: ${optional === true}`)]
}

/** Of a pod's fields kubectl shows the values of these alone. */
function fieldOf(pod: KubeObject | undefined, path: string): string {
  if (path === 'metadata.name') return pod?.metadata.name ?? ''
  return path === 'metadata.namespace' ? (pod?.metadata.namespace ?? '') : ''
}

/** How often the divisor goes into the amount, rounded up. Mirrors ExtractContainerResourceValue of k8s.io/kubectl/pkg/util/resource. */
function amountOf({ resource, divisor = '0' }: ResourceFieldSelector, resources: Container['resources']): string {
  const [list, name = ''] = resource.split(/\.(.*)/su)
  const amount = (list === 'limits' ? resources?.limits : resources?.requests)?.[name]
  const measure = name === 'cpu' ? cpuMilli : bytes
  const count = Math.ceil(measure(amount) / (measure(divisor) || measure('1')))
  return count === 0 && (resource === 'limits.cpu' || resource === 'limits.memory') ? 'node allocatable' : String(count)
}
