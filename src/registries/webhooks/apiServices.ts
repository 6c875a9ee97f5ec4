/** API services. Mirrors pkg/apis/apiregistration of k8s.io/kube-aggregator; nothing is aggregated. */
import { fromBase64 } from '../../api/base64.ts'
import { invalid, notSupported, required } from '../../api/fieldErrors.ts'
import { label1035Errors, pathSegmentErrors, portNumberErrors } from '../../api/names.ts'
import type { APIService, APIServiceSpec } from '../../api/types/apiregistration.ts'
import { ageColumn, nameColumn } from '../columns/common.ts'
import type { ResourceDefinition } from '../definition.ts'
import { defineResource, fill } from '../defineResource.ts'
import type { Errors } from '../validation/common.ts'
import { checkSubdomain } from '../validation/common.ts'

const STATUSES = ['True', 'False', 'Unknown']

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
  statusMeta: [],
  nameRule: 'path',
  complete: available,
  check,
  checkStatus: ({ status }, _, errors) => {
    for (const [i, condition] of (status.conditions ?? []).entries()) {
      if (STATUSES.includes(condition.status ?? '')) continue
      errors.push(notSupported(`status.conditions[${i}].status`, condition.status ?? '', STATUSES))
    }
  },
  columns: [
    nameColumn(),
    { name: 'Service', cell: ({ spec }) => serviceCell(spec) },
    { name: 'Available', cell: availableCell },
    ageColumn(),
  ],
})

/** What the API server serves itself is there from the beginning. */
function available(object: APIService): APIService {
  const { spec, metadata } = object
  if (spec?.service !== undefined) return object
  const [reason, message] = ['Local', 'Local APIServices are always available']
  const lastTransitionTime = metadata.creationTimestamp
  const condition = { lastTransitionTime, message, reason, status: 'True', type: 'Available' }
  return { ...object, status: { conditions: [condition] } }
}

function check({ metadata, spec }: APIService, errors: Errors): void {
  const { group = '', version = '', groupPriorityMinimum = 0, versionPriority = 0, service } = spec
  const name = `${version}.${group}`
  if (metadata.name !== undefined && pathSegmentErrors(metadata.name).length === 0 && metadata.name !== name) {
    errors.push(invalid('metadata.name', metadata.name, `must be \`spec.version+"."+spec.group\`: "${name}"`))
  }
  if (group === '' && version !== 'v1') {
    errors.push(required('spec.group', 'only v1 may have an empty group and it better be legacy kube'))
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
    const { name, namespace, port = 443 } = service
    if (!namespace) errors.push(required('spec.service.namespace'))
    if (!name) errors.push(required('spec.service.name'))
    if (portNumberErrors(port).length > 0) {
      errors.push(invalid('spec.service.port', port, `port is not valid: ${portNumberErrors(port).join(', ')}`))
    }
    if (spec.insecureSkipTLSVerify === true && spec.caBundle) {
      const detail = 'may not be true if caBundle is present'
      errors.push(invalid('spec.insecureSkipTLSVerify', true, detail))
    }
  }
}

/** What the API server serves itself needs no certificates. */
function checkLocal({ caBundle, insecureSkipTLSVerify }: APIServiceSpec, errors: Errors): void {
  const detail = 'local APIServices may not have a caBundle'
  if (caBundle) errors.push(invalid('spec.caBundle', `${fromBase64(caBundle).length} bytes`, detail))
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
