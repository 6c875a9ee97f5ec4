import type { Namespace, ServiceAccount } from '../api/types/core.ts'
import type { ControlLoop } from '../client/controller.ts'
import type { ObjectChange } from '../client/watches.ts'
import { createIn } from './createIn.ts'

const namespaces = 'v1/Namespace'
const accounts = 'v1/ServiceAccount'
const none: readonly string[] = Object.freeze([])

/** The accounts that every namespace has. */
const names: readonly string[] = Object.freeze(['default'])

/** Sees to it that every namespace has its account: pkg/controller/serviceaccount/serviceaccounts_controller.go. */
export const serviceAccountsController: ControlLoop = {
  name: 'serviceaccount-controller',
  watches: [{ kind: namespaces }, { kind: accounts, keys: namespaceOf }],
  reconcile(key, { cache, api }) {
    const namespace = cache.get<Namespace>(namespaces, key)
    if (namespace === undefined || namespace.status.phase !== 'Active') return
    for (const name of names) {
      if (api.find('serviceaccounts', key, name) !== undefined) continue
      const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: key } }
      createIn(() => api.create<ServiceAccount>('serviceaccounts', key, account))
    }
  },
}

/** The namespace of an account that is gone. */
function namespaceOf({ type, object }: ObjectChange): readonly string[] {
  return type === 'DELETED' && names.includes(object.metadata.name) ? [object.metadata.namespace!] : none
}
