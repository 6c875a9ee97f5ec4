import { forbidden } from '../api/errors.ts'
import type { ObjectMeta } from '../api/meta.ts'
import { pathSegmentErrors } from '../api/names.ts'
import { parseTime } from '../api/time.ts'
import type { PodSpec, ServiceAccount } from '../api/types/core.ts'
import { type AccountFacts, tokenVolume, withAccount } from './admission/serviceAccount.ts'
import { equal } from './equal.ts'
import type { Identity } from './identity.ts'
import type { Loose } from './loose.ts'
import type { NamespaceGate } from './namespaceGate.ts'
import type { Records, Resource } from './records.ts'
import type { SpecMemo } from './specMemo.ts'

/** The account of pods that name none. */
const DEFAULT = 'default'

/**
 * For so long after its namespace was made a pod may run as `default` before there is such an account: the controller
 * that makes it has its turn in this time. Upstream's API server waits for it, up to ten times for 100 to 200 ms; here a
 * call cannot take time, and a namespace and its pods can be made in one go.
 */
const patienceMs = 2000

interface Account {
  /** Where it stood, and what stood there. */
  readonly slot: number
  readonly object: ServiceAccount | undefined
  readonly seed: number
  readonly facts: AccountFacts
}

/** The accounts that pods run as. Looked up for every pod that is created, so each is remembered by its slot. */
export class Accounts {
  private readonly resource: Resource
  /** By namespace and name. A cache: what stands in a slot now says whether it is still so. */
  private readonly known = new Map<string, Map<string, Account>>()

  constructor(
    private readonly records: Records,
    private readonly identity: Identity,
    private readonly gate: NamespaceGate,
  ) {
    this.resource = records.resource('serviceaccounts')
  }

  /** A new pod as its account has it. Throws Forbidden where there is no such account. */
  admit(resource: Resource, namespace: string, pod: Loose, memo: SpecMemo, now: number): Loose {
    if (pod.spec === undefined) return pod
    const serviceAccountName = (pod.spec as PodSpec).serviceAccountName || DEFAULT
    const facts = this.factsOf(namespace, serviceAccountName, now)
    if (facts === undefined) {
      const { plural, group } = resource.definition
      const { name, generateName } = pod.metadata as Partial<ObjectMeta>
      const said = pathSegmentErrors(serviceAccountName)
      const missing =
        said.length > 0
          ? `invalid resource name "${serviceAccountName}": [${said.join(' ')}]`
          : `serviceaccount "${serviceAccountName}" not found`
      const why = `error looking up service account ${namespace}/${serviceAccountName}: ${missing}`
      throw forbidden(plural, name || generateName || 'Unknown', why, group)
    }
    const spec = memo.variant(pod.spec, facts, (plain) => withAccount(plain as PodSpec, facts))
    if (spec === pod.spec) return pod
    const { apiVersion, kind, metadata, status } = pod
    return { apiVersion, kind, metadata, spec, ...(status === undefined ? {} : { status }) }
  }

  private factsOf(namespace: string, name: string, now: number): AccountFacts | undefined {
    let byName = this.known.get(namespace)
    if (byName === undefined) this.known.set(namespace, (byName = new Map()))
    const known = byName.get(name)
    const { seed } = this.identity
    if (
      known?.object !== undefined &&
      known.seed === seed &&
      this.records.store.currentValue(known.slot) === known.object
    )
      return known.facts
    const slot = this.slotOf(namespace, name)
    const object = slot === -1 ? undefined : (this.records.current(this.resource, slot) as ServiceAccount | undefined)
    if (object === undefined && !(name === DEFAULT && this.isYoung(namespace, now))) return undefined
    const facts = this.facts(namespace, name, object)
    // Equal facts are one object, so that a change which concerns no pod does not set specs apart.
    const account = { slot, object, seed, facts: equal(known?.facts, facts) ? known!.facts : facts }
    byName.set(name, account)
    return account.facts
  }

  private slotOf(namespace: string, name: string): number {
    const directory = this.records.findDirectory(this.resource, namespace)
    return directory === undefined ? -1 : this.records.store.keys.find(directory, name)
  }

  private isYoung(namespace: string, now: number): boolean {
    const made = this.gate.find(namespace)?.metadata.creationTimestamp
    return made !== undefined && now - parseTime(made)! < patienceMs
  }

  /**
   * The volume's name ends in letters drawn for the account, not for each pod as upstream does: pods of one template
   * share one spec, which is worth several microseconds and a kilobyte a pod.
   */
  private facts(namespace: string, name: string, account: ServiceAccount | undefined): AccountFacts {
    return {
      name,
      automount: account?.automountServiceAccountToken ?? true,
      pullSecrets: account?.imagePullSecrets ?? [],
      ...tokenVolume(this.identity.suffix(`serviceaccounts/${namespace}/${name}/volume`, 0)),
    }
  }
}
