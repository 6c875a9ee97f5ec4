/** ServiceAccounts. Mirrors pkg/registry/core/serviceaccount/strategy.go. */
import type { ObjectReference, ServiceAccount } from '../api/types/core.ts'
import { ageColumn, nameColumn } from './columns/common.ts'
import { defineResource } from './defineResource.ts'
import type { ResourceDefinition } from './definition.ts'

export const serviceAccounts: ResourceDefinition<ServiceAccount> = defineResource<ServiceAccount>({
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  shortNames: ['sa'],
  namespaced: true,
  prepareForCreate: withBareSecrets,
  prepareForUpdate: withBareSecrets,
  columns: [nameColumn(), ageColumn()],
})

/** Of a secret only the name is kept: cleanSecretReferences. */
function withBareSecrets(account: ServiceAccount): ServiceAccount {
  const { secrets } = account
  if (secrets === undefined || secrets.every(isBare)) return account
  return { ...account, secrets: secrets.map(({ name }) => (name === undefined ? {} : { name })) }
}

function isBare(reference: ObjectReference): boolean {
  return Object.keys(reference).every((field) => field === 'name')
}
