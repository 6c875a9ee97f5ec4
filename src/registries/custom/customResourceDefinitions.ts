/** Definitions of kinds by users. Mirrors pkg/registry/customresourcedefinition of the apiextensions API server. */
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionNames,
  CustomResourceDefinitionSpec,
  WebhookConversion,
} from '../../api/types/apiextensions.ts'
import { createdAtColumn, nameColumn } from '../columns/common.ts'
import type { ResourceDefinition } from '../definition.ts'
import { defineResource, fill } from '../defineResource.ts'
import { checkCrd, checkCrdStatus, checkCrdUpdate } from './crdRules.ts'
import { statusOf, terminating } from './crdStatus.ts'
import { crdWarnings } from './crdWarnings.ts'

/** How the store calls them. */
export const CRDS = 'customresourcedefinitions.apiextensions.k8s.io'

export const customResourceDefinitions: ResourceDefinition<CustomResourceDefinition> = defineResource({
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  shortNames: ['crd', 'crds'],
  namespaced: false,
  updatesNeedVersion: true,
  anyFinalizer: true,
  hasGeneration: true,
  fillSpec,
  status: {},
  complete: (crd, around) => ({
    ...crd,
    status: statusOf(
      { ...crd, status: {} },
      around.list<CustomResourceDefinition>(CRDS),
      crd.metadata.creationTimestamp,
    ),
  }),
  prepareForWrite: (crd, { around, now }) => ({
    ...crd,
    status: statusOf(crd, around.list<CustomResourceDefinition>(CRDS), now),
  }),
  termination: { begin: terminating, holds: () => false },
  check: checkCrd,
  checkUpdate: checkCrdUpdate,
  checkStatus: (crd, _, errors) => checkCrdStatus(crd, errors),
  warnings: crdWarnings,
  columns: [nameColumn(), createdAtColumn()],
})

/** Mirrors SetDefaults_CustomResourceDefinitionSpec of pkg/apis/apiextensions/v1/defaults.go. */
function fillSpec(spec: CustomResourceDefinitionSpec): CustomResourceDefinitionSpec {
  const { names, conversion } = spec
  const kind = names?.kind ?? ''
  const filled = names && kind !== '' ? named(names, kind) : names
  return {
    ...spec,
    ...(filled && { names: filled }),
    conversion:
      conversion === undefined ? { strategy: 'None' } : { ...conversion, ...filledWebhook(conversion.webhook) },
  }
}

function named(names: CustomResourceDefinitionNames, kind: string): CustomResourceDefinitionNames {
  const { singular, listKind } = names
  if (singular && listKind) return names
  return { ...names, singular: singular || kind.toLowerCase(), listKind: listKind || `${kind}List` }
}

function filledWebhook(webhook: WebhookConversion | undefined): { webhook?: WebhookConversion } {
  const service = webhook?.clientConfig?.service
  if (webhook === undefined || service === undefined) return {}
  return { webhook: { ...webhook, clientConfig: { ...webhook.clientConfig, service: fill(service, { port: 443 }) } } }
}
