/** API services. Mirrors pkg/apis/apiregistration of k8s.io/kube-aggregator; nothing is aggregated. */
import { invalid } from '../../api/fieldErrors.ts'
import { label1035Errors } from '../../api/names.ts'
import type { APIService, APIServiceSpec } from '../../api/types/apiregistration.ts'
import { ageColumn, nameColumn } from '../columns/common.ts'
import type { ResourceDefinition } from '../definition.ts'
import { defineResource, fill } from '../defineResource.ts'
import type { Errors } from '../validation/common.ts'
import { checkSubdomain } from '../validation/common.ts'
import { checkServiceReference } from './clientConfig.ts'

export const apiServices: ResourceDefinition<APIService> = defineResource({
  group: 'apiregistration.k8s.io',
  version: 'v1',
  kind: 'APIService',
  plural: 'apiservices',
  namespaced: false,
  updatesNeedVersion: true,
  anyFinalizer: true,
  isKeptOnly: true,
  fillSpec: (spec) => (spec.service === undefined ? spec : { ...spec, service: fill(spec.service, { port: 443 }) }),
  status: {},
  check,
  columns: [
    nameColumn(),
    { name: 'Service', cell: ({ spec }) => serviceCell(spec) },
    { name: 'Available', cell: availableCell },
    ageColumn(),
  ],
})

function check({ metadata, spec }: APIService, errors: Errors): void {
  const { group = '', version = '', groupPriorityMinimum = 0, versionPriority = 0, service } = spec
  const name = `${version}.${group}`
  if (metadata.name !== name) {
    errors.push(invalid('metadata.name', metadata.name, `must be \`spec.version+"."+spec.group\`: "${name}"`))
  }
  if (group !== '') checkSubdomain(errors, 'spec.group', group)
  for (const said of label1035Errors(version)) errors.push(invalid('spec.version', version, said))
  if (groupPriorityMinimum <= 0 || groupPriorityMinimum > 20_000) {
    const detail = 'must be positive and less than 20000'
    errors.push(invalid('spec.groupPriorityMinimum', groupPriorityMinimum, detail))
  }
  if (versionPriority <= 0 || versionPriority > 1000) {
    errors.push(invalid('spec.versionPriority', versionPriority, 'must be positive and less than 1000'))
  }
  if (service === undefined) checkLocal(spec, errors)
  else {
    checkServiceReference(service, 'spec.service', errors)
    if (spec.insecureSkipTLSVerify === true && spec.caBundle) {
      const detail = 'may not be true if caBundle is present'
      errors.push(invalid('spec.insecureSkipTLSVerify', true, detail))
    }
  }
}

/** What the API server serves itself needs no certificates. */
function checkLocal({ caBundle, insecureSkipTLSVerify }: APIServiceSpec, errors: Errors): void {
  const detail = 'local APIServices may not have a caBundle'
  if (caBundle) errors.push(invalid('spec.caBundle', `${caBundle.length} bytes`, detail))
  if (insecureSkipTLSVerify === true) {
    errors.push(invalid('spec.insecureSkipTLSVerify', true, 'local APIServices may not have insecureSkipTLSVerify'))
  }
}

function serviceCell({ service }: APIServiceSpec): string {
  return service === undefined ? 'Local' : `${service.namespace ?? ''}/${service.name ?? ''}`
}

function availableCell({ status }: APIService): string {
  const available = (status.conditions ?? []).find(({ type }) => type === 'Available')
  if (available === undefined) return 'Unknown'
  return available.status === 'True' ? 'True' : `${available.status} (${available.reason ?? ''})`
}
