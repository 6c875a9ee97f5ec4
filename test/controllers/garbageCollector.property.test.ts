import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Cluster, isStatusError, type OwnerReference, replay } from '../../src/index.ts'
import { bare } from '../cluster/support.ts'
import { tries } from '../properties/world.ts'
import { copiesOf } from '../support/copies.ts'

/** An object of a random tree, by number; its owners have lower numbers. */
interface Plan {
  readonly kind: 'secret' | 'controller' | 'node'
  readonly owners: readonly { readonly of: number; readonly blocks: boolean }[]
  readonly isElsewhere: boolean
  readonly isHeld: boolean
}

type Policy = 'Background' | 'Foreground' | 'Orphan' | undefined

interface Step {
  readonly of: number
  readonly policy: Policy
  /** Milliseconds that pass afterwards, or that everything comes to rest. */
  readonly then: number | 'rest'
}

const HOLD = 'example.com/hold'
const size = 9

const plan: fc.Arbitrary<Plan> = fc.record({
  kind: fc.constantFrom('secret', 'secret', 'controller', 'node'),
  owners: fc.uniqueArray(fc.record({ of: fc.nat(size), blocks: fc.boolean() }), {
    maxLength: 3,
    selector: ({ of }) => of,
  }),
  isElsewhere: fc.constantFrom(false, false, true),
  isHeld: fc.constantFrom(false, false, false, true),
})
const step: fc.Arbitrary<Step> = fc.record({
  of: fc.nat(size),
  policy: fc.constantFrom('Background', 'Background', 'Foreground', 'Foreground', 'Orphan', undefined),
  then: fc.constantFrom(0, 0, 1, 2, 'rest' as const),
})
const plans = fc.array(plan, { minLength: 2, maxLength: size + 1 })
const steps = fc.array(step, { minLength: 1, maxLength: 6 })

/** The rules of garbage collection on plain data, to be applied in any order until none applies. */
class Model {
  readonly objects = new Map<number, { owners: Map<number, boolean>; finalizers: Set<string>; isDying: boolean }>()

  constructor(readonly plans: readonly Plan[]) {
    plans.forEach(({ owners, isHeld }, number) => {
      const named = owners.filter(({ of }) => of < number).map(({ of, blocks }) => [of, blocks] as const)
      const finalizers = new Set(isHeld ? [HOLD] : [])
      this.objects.set(number, { owners: new Map(named), finalizers, isDying: false })
    })
  }

  private namespaceOf(number: number): string {
    const { kind, isElsewhere } = this.plans[number]!
    return kind === 'node' ? '' : isElsewhere ? 'elsewhere' : 'default'
  }

  delete(number: number, asked: Policy): void {
    const object = this.objects.get(number)
    if (object === undefined) return
    const kept = object.finalizers.has('orphan') ? 'Orphan' : object.finalizers.has('fg') ? 'Foreground' : undefined
    const policy = asked ?? kept ?? (this.plans[number]!.kind === 'controller' ? 'Orphan' : 'Background')
    object.isDying = true
    object.finalizers.delete('orphan')
    object.finalizers.delete('fg')
    if (policy === 'Orphan') object.finalizers.add('orphan')
    if (policy === 'Foreground') object.finalizers.add('fg')
    this.drop(number)
  }

  drop(number: number): void {
    const object = this.objects.get(number)
    if (object?.isDying === true && object.finalizers.size === 0) this.objects.delete(number)
  }

  private dependents(number: number): number[] {
    return [...this.objects].filter(([, { owners }]) => owners.has(number)).map(([dependent]) => dependent)
  }

  private stands(owner: number, dependent: number): boolean {
    const [above, below] = [this.namespaceOf(owner), this.namespaceOf(dependent)]
    return this.objects.has(owner) && (above === '' || above === below)
  }

  /** Dependents are looked at before the owners that wait for them, as their keys come first in the queue. */
  rest(): void {
    const any = (rule: (number: number) => boolean): boolean => [...this.objects.keys()].some(rule)
    while (any((number) => this.judge(number)) || any((number) => this.release(number))) {
      // Until no rule applies.
    }
  }

  /** What the owners of an object mean for it; false when nothing. */
  private judge(number: number): boolean {
    const object = this.objects.get(number)
    if (object === undefined || object.isDying || object.owners.size === 0) return false
    const { owners } = object
    const isWrong =
      this.namespaceOf(number) === '' && [...owners.keys()].some((owner) => this.namespaceOf(owner) !== '')
    if (isWrong) return false
    const waits = (owner: number): boolean =>
      this.objects.get(owner)!.isDying && this.objects.get(owner)!.finalizers.has('fg')
    const there = [...owners.keys()].filter((owner) => this.stands(owner, number))
    const solid = there.filter((owner) => !waits(owner))
    if (solid.length === owners.size) return false
    if (solid.length > 0) {
      for (const owner of [...owners.keys()]) if (!solid.includes(owner)) owners.delete(owner)
    } else {
      const isInForeground = there.length > 0 && this.dependents(number).length > 0
      this.delete(number, isInForeground ? 'Foreground' : 'Background')
    }
    return true
  }

  /** What an object that is being deleted still waits for; false when for nothing of ours. */
  private release(number: number): boolean {
    const object = this.objects.get(number)
    if (object?.isDying !== true) return false
    const { finalizers } = object
    if (finalizers.has('orphan')) {
      for (const dependent of this.dependents(number)) this.objects.get(dependent)!.owners.delete(number)
    } else if (!finalizers.has('fg')) return false
    else if (this.dependents(number).some((dependent) => this.objects.get(dependent)!.owners.get(number))) return false
    finalizers.delete('orphan')
    finalizers.delete('fg')
    this.drop(number)
    return true
  }

  /** What is left, and whom it names as its owners. */
  summary(): Record<string, string[]> {
    const entries = [...this.objects].map(([number, { owners }]) => [
      `x${number}`,
      [...owners.keys()].map((owner) => `x${owner}`).sort(),
    ])
    return Object.fromEntries(entries) as Record<string, string[]>
  }
}

const clientOf = (cluster: Cluster, kind: Plan['kind']): Cluster['secrets'] =>
  (kind === 'secret' ? cluster.secrets : kind === 'node' ? cluster.nodes : cluster.replicationControllers) as never

function build(cluster: Cluster, list: readonly Plan[]): void {
  cluster.namespaces.create({ metadata: { name: 'elsewhere' } })
  const made: OwnerReference[] = []
  for (const [number, { kind, owners, isElsewhere, isHeld }] of list.entries()) {
    const ownerReferences = owners
      .filter(({ of }) => of < number)
      .map(({ of, blocks }) => ({ ...made[of]!, blockOwnerDeletion: blocks }))
    const object = clientOf(cluster, kind).create({
      metadata: {
        name: `x${number}`,
        ...(kind !== 'node' && isElsewhere ? { namespace: 'elsewhere' } : {}),
        ...(isHeld ? { finalizers: [HOLD] } : {}),
        ownerReferences,
      },
      ...specOf(kind),
    })
    const { apiVersion, metadata } = object
    made.push({ apiVersion, kind: object.kind, name: metadata.name, uid: metadata.uid })
  }
}

function specOf(kind: Plan['kind']): object {
  if (kind !== 'controller') return {}
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'main', image: 'web:1' }] } }
  return { spec: { replicas: 0, selector: { a: 'b' }, template } }
}

const scopeOf = ({ kind, isElsewhere }: Plan): { namespace?: string } =>
  kind !== 'node' && isElsewhere ? { namespace: 'elsewhere' } : {}

function remove(cluster: Cluster, list: readonly Plan[], { of, policy }: Step): void {
  const one = list[of]
  if (one === undefined) return
  try {
    clientOf(cluster, one.kind).delete(`x${of}`, { ...scopeOf(one), propagationPolicy: policy })
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) throw error
  }
}

/** Lets go of all that was only held. */
function letGo(cluster: Cluster, model: Model, list: readonly Plan[]): void {
  for (const [number, one] of list.entries()) {
    const held = clientOf(cluster, one.kind).find(`x${number}`, scopeOf(one))
    if (held?.metadata.deletionTimestamp !== undefined && held.metadata.finalizers?.includes(HOLD) === true) {
      clientOf(cluster, one.kind).update(
        `x${number}`,
        (draft) => void (draft.metadata.finalizers = draft.metadata.finalizers!.filter((name) => name !== HOLD)),
        scopeOf(one),
      )
    }
    const object = model.objects.get(number)
    if (object?.isDying !== true) continue
    object.finalizers.delete(HOLD)
    model.drop(number)
  }
}

function summary(cluster: Cluster): Record<string, string[]> {
  const all = [cluster.secrets, cluster.replicationControllers, cluster.nodes].flatMap(
    (client) =>
      (client as Cluster['secrets']).list(client === (cluster.nodes as unknown) ? {} : { allNamespaces: true }).items,
  )
  const entries = all.map(({ metadata }) => [
    metadata.name,
    (metadata.ownerReferences ?? []).map(({ name }) => name).sort(),
  ])
  return Object.fromEntries(entries) as Record<string, string[]>
}

/**
 * Orphaning races with losing owners, so that everything comes to rest before it and after it; and before something that
 * is being deleted is deleted otherwise, since its dependents may have been dealt with by then or not. So may a dependent
 * of several owners, once time has passed: before it loses another of them, everything comes to rest too.
 */
function live(cluster: Cluster, model: Model, list: readonly Plan[], all: readonly Step[]): void {
  const rest = (): void => {
    cluster.settle()
    model.rest()
  }
  build(cluster, list)
  rest()
  let isUnderWay = false
  for (const one of all) {
    const isOrphaning = one.policy === 'Orphan' || one.policy === undefined
    const isDying = model.objects.get(one.of)?.isDying === true
    if (isOrphaning || isDying || (isUnderWay && sharesDependents(list, one.of))) rest()
    remove(cluster, list, one)
    model.delete(one.of, one.policy)
    if (isOrphaning || one.then === 'rest') rest()
    else cluster.advance(one.then)
    isUnderWay = !isOrphaning && one.then !== 'rest' && (isUnderWay || one.then > 0)
  }
  rest()
  for (let round = 0; round < list.length; round++) {
    letGo(cluster, model, list)
    rest()
  }
}

/** Whether something that an object owns has other owners as well. */
function sharesDependents(list: readonly Plan[], owner: number): boolean {
  return list.some(({ owners }) => owners.length > 1 && owners.some(({ of }) => of === owner))
}

/** In the foreground for a millisecond: long enough for what it owns to wait for a node that, wrongly, says to be its dependent. */
const hastened: { readonly plans: Plan[]; readonly steps: Step[] } = {
  plans: [
    { kind: 'secret', owners: [], isElsewhere: false, isHeld: false },
    { kind: 'secret', owners: [{ of: 0, blocks: false }], isElsewhere: false, isHeld: false },
    { kind: 'node', owners: [{ of: 1, blocks: true }], isElsewhere: false, isHeld: false },
  ],
  steps: [
    { of: 0, policy: 'Foreground', then: 1 },
    { of: 0, policy: 'Background', then: 0 },
  ],
}

test('whatever owns whatever, and however it is deleted, what is left is what the rules leave', () => {
  fc.assert(
    fc.property(plans, steps, (list, all) => {
      const [cluster, model] = [bare(), new Model(list)]
      live(cluster, model, list, all)
      expect(summary(cluster)).toEqual(model.summary())
    }),
    { ...tries(150), examples: [[hastened.plans, hastened.steps]] },
  )
})

test('collecting is the same in a fork, in what is saved and in a replay', () => {
  fc.assert(
    fc.property(plans, steps, steps, (list, before, after) => {
      const cluster = bare({ latency: { watchDelivery: { uniform: [1, 4] } } })
      live(cluster, new Model(list), list, before)
      const copies = copiesOf(cluster)
      for (const one of [cluster, ...copies]) {
        for (const act of after) {
          remove(one, list, act)
          if (act.then === 'rest') one.settle()
          else one.advance(act.then)
        }
        one.advance('1m')
      }
      for (const copy of copies) {
        expect(copy.historyHash()).toBe(cluster.historyHash())
        expect(replay(copy.journal).historyHash()).toBe(cluster.historyHash())
      }
    }),
    tries(25),
  )
})
