/** Configurations of mutating webhooks: they are kept, and none of the webhooks is called. */
import type { MutatingWebhook, MutatingWebhookConfiguration } from '../../api/types/admissionregistration.ts'
import { ageColumn, nameColumn } from '../columns/common.ts'
import type { ResourceDefinition } from '../definition.ts'
import { defineResource, fill } from '../defineResource.ts'
import { equal } from '../equal.ts'
import { checkWebhooks, fillWebhook } from './webhookRules.ts'

export const mutatingWebhookConfigurations: ResourceDefinition<MutatingWebhookConfiguration> = defineResource({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'MutatingWebhookConfiguration',
  plural: 'mutatingwebhookconfigurations',
  namespaced: false,
  updatesNeedVersion: true,
  anyFinalizer: true,
  hasGeneration: true,
  contentChanged: (next, previous) => !equal(next.webhooks, previous.webhooks),
  isKeptOnly: true,
  defaults: (object) =>
    object.webhooks === undefined ? object : { ...object, webhooks: object.webhooks.map(fillOne) },
  check: ({ webhooks }, errors, previous) => checkWebhooks(webhooks, errors, previous && (previous.webhooks ?? [])),
  columns: [nameColumn(), { name: 'Webhooks', cell: ({ webhooks }) => String((webhooks ?? []).length) }, ageColumn()],
})

function fillOne(webhook: MutatingWebhook): MutatingWebhook {
  return fill(fillWebhook(webhook), { reinvocationPolicy: 'Never' })
}
