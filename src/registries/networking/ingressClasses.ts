/** Ingress classes. Mirrors ValidateIngressClass of pkg/apis/networking/validation/validation.go. */
import { forbidden, immutable, notSupported, required, tooLong } from '../../api/fieldErrors.ts'
import type { IngressClass, IngressClassParametersReference, IngressClassSpec } from '../../api/types/networking.ts'
import { ageColumn, nameColumn } from '../columns/common.ts'
import type { ResourceDefinition } from '../definition.ts'
import { defineResource, fill } from '../defineResource.ts'
import type { Errors } from '../validation/common.ts'
import { checkDomainPath, checkLabel } from '../validation/common.ts'
import { checkReference } from '../validation/references.ts'

const LONGEST = 250
const SCOPES = ['Cluster', 'Namespace']

export const ingressClasses: ResourceDefinition<IngressClass> = defineResource({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IngressClass',
  plural: 'ingressclasses',
  namespaced: false,
  hasGeneration: true,
  isKeptOnly: true,
  fillSpec: (spec) =>
    spec.parameters === undefined ? spec : { ...spec, parameters: fill(spec.parameters, { scope: 'Cluster' }) },
  check: ({ spec }, errors) => checkSpec(spec, errors),
  checkUpdate: (next, previous, errors) => {
    if (next.spec.controller !== previous.spec.controller) {
      errors.push(immutable('spec.controller', next.spec.controller ?? ''))
    }
  },
  columns: [
    nameColumn(),
    { name: 'Controller', cell: ({ spec }) => spec.controller ?? '' },
    { name: 'Parameters', cell: ({ spec }) => parametersCell(spec.parameters) },
    ageColumn(),
  ],
})

function checkSpec({ controller, parameters }: IngressClassSpec, errors: Errors): void {
  if (!controller) errors.push(required('spec.controller'))
  else {
    if (controller.length > LONGEST) errors.push(tooLong('spec.controller', LONGEST))
    checkDomainPath(errors, 'spec.controller', controller)
  }
  if (parameters !== undefined) checkParameters(parameters, errors)
}

function checkParameters(parameters: IngressClassParametersReference, errors: Errors): void {
  const at = 'spec.parameters'
  checkReference(parameters, at, errors)
  const { scope, namespace } = parameters
  if (scope === undefined) errors.push(required(`${at}.scope`))
  else if (!SCOPES.includes(scope)) errors.push(notSupported(`${at}.scope`, scope, SCOPES))
  else if (scope === 'Namespace') {
    if (namespace === undefined) {
      errors.push(required(`${at}.namespace`, "`parameters.scope` is set to 'Namespace'"))
    } else checkLabel(errors, `${at}.namespace`, namespace)
  } else if (namespace !== undefined) {
    errors.push(forbidden(`${at}.namespace`, "`parameters.scope` is set to 'Cluster'"))
  }
}

function parametersCell(parameters: IngressClassParametersReference | undefined): string {
  if (parameters === undefined) return '<none>'
  const { apiGroup, kind, name } = parameters
  return apiGroup === undefined ? `${kind}/${name}` : `${kind}.${apiGroup}/${name}`
}
