import { describe, expectTypeOf, test } from 'vitest'
import {
  type Controller,
  createCluster,
  defineController,
  type Deployment,
  type KubeObject,
  type Manifest,
  ownerKeys,
  type Pod,
  type Secret,
} from 'wavetank'

/** A kind of the user's own. */
interface Gadget extends KubeObject {
  readonly apiVersion: 'example.com/v1'
  readonly kind: 'Gadget'
  readonly spec: { readonly size: number; readonly colour?: 'red' | 'blue' | (string & {}) }
  readonly status?: { readonly ready: boolean }
}

declare module 'wavetank' {
  interface Kinds {
    readonly 'example.com/v1/Gadget': Gadget
  }
}

// Only the compiler reads what stands in here.
const unread = (_: () => void): void => {}

describe('a kind that Kinds is augmented by', () => {
  test('has a client with its types', () => {
    unread(() => {
      const gadgets = createCluster().resource('example.com/v1/Gadget')
      expectTypeOf(gadgets.get('a')).toEqualTypeOf<Gadget>()
      expectTypeOf(gadgets.list().items).toEqualTypeOf<readonly Gadget[]>()
      gadgets.create({ metadata: { name: 'a' }, spec: { size: 1, colour: 'green' } })
      gadgets.update('a', (draft) => void (draft.spec.size = 2))
      // @ts-expect-error sise is not size
      gadgets.create({ metadata: { name: 'a' }, spec: { sise: 1 } })
      // @ts-expect-error a size is a number
      gadgets.update('a', (draft) => void (draft.spec.size = 'large'))
      // @ts-expect-error what is read is readonly
      gadgets.get('a').spec.size = 3
    })
  })

  test('may be handed in as a variable whose fields may be undefined', () => {
    const name = 'a' as string | undefined
    const gadget = { kind: 'Gadget', metadata: { name, namespace: undefined }, spec: { size: 1, colour: 'green' } }
    expectTypeOf(gadget).toExtend<Manifest<Gadget>>()
    const pod = { metadata: { name }, spec: { containers: [{ name, image: 'web:1' }] } }
    expectTypeOf(pod).toExtend<Manifest<Pod>>()
  })
})

describe('a controller', () => {
  test('reads what it watches, with the type of each kind', () => {
    defineController({
      name: 'typed',
      watches: [
        { kind: 'example.com/v1/Gadget', index: ({ spec }) => spec.colour },
        { kind: 'apps/v1/Deployment', keys: ownerKeys('example.com/v1/Gadget') },
        {
          kind: 'v1/Pod',
          keys: ({ object, previous, type }, cache) => {
            expectTypeOf(object).toEqualTypeOf<Pod>()
            expectTypeOf(previous).toEqualTypeOf<Pod | undefined>()
            expectTypeOf(type).toEqualTypeOf<'ADDED' | 'MODIFIED' | 'DELETED'>()
            expectTypeOf(cache.list('apps/v1/Deployment')).toEqualTypeOf<readonly Deployment[]>()
            return [object.metadata.name]
          },
        },
      ],
      reconcile(key, { cache, now }) {
        expectTypeOf(cache.get('example.com/v1/Gadget', key)).toEqualTypeOf<Gadget | undefined>()
        expectTypeOf(cache.get('apps/v1/Deployment', 'a', { namespace: 'b' })).toEqualTypeOf<Deployment | undefined>()
        expectTypeOf(cache.byIndex('v1/Pod', 'node-0')).toEqualTypeOf<readonly Pod[]>()
        expectTypeOf(now).toEqualTypeOf<number>()
        // @ts-expect-error it does not watch this kind
        cache.get('v1/Secret', key)
        // @ts-expect-error there is no such kind
        cache.list('v1/Pood')
        return { requeueAfter: '5m' }
      },
    })
  })

  test('writes every kind, with the types of each', () => {
    defineController({
      name: 'typed',
      watches: [{ kind: 'v1/Pod' }],
      reconcile(key, { api, record, memory }) {
        expectTypeOf(api.get('v1/Secret', key)).toEqualTypeOf<Secret>()
        expectTypeOf(api.find('example.com/v1/Gadget', key)).toEqualTypeOf<Gadget | undefined>()
        expectTypeOf(api.list('v1/Pod', { labelSelector: 'a=b' }).items).toEqualTypeOf<readonly Pod[]>()
        expectTypeOf(
          api.create('apps/v1/Deployment', { metadata: { name: 'a' }, spec: { replicas: 1 } }),
        ).toEqualTypeOf<Deployment>()
        api.update('example.com/v1/Gadget', key, ({ spec }) => void (spec.size = 2))
        api.updateStatus('example.com/v1/Gadget', { metadata: { name: 'a' }, status: { ready: true } })
        record(api.get('v1/Pod', key), 'Normal', 'Seen', 'it was seen')
        expectTypeOf(memory.get<number>('a')).toEqualTypeOf<number | undefined>()
        // @ts-expect-error imagge is not image
        api.create('v1/Pod', { spec: { containers: [{ name: 'a', imagge: 'web:1' }] } })
        // @ts-expect-error replicas is a number
        api.update('apps/v1/Deployment', key, ({ spec }) => void (spec.replicas = 'many'))
        // @ts-expect-error there is no such kind
        api.get('v1/Pood', key)
        // @ts-expect-error a plural is no kind
        api.get('pods', key)
        // @ts-expect-error what is read is readonly
        api.get('v1/Pod', key).metadata.name = 'b'
        // @ts-expect-error an event is Normal or a Warning
        record(api.get('v1/Pod', key), 'Error', 'Seen', 'it was seen')
      },
    })
  })

  test('may watch and write a kind that nobody has typed', () => {
    defineController({
      name: 'untyped',
      watches: [{ kind: 'example.com/v1/Gizmo', keys: ({ object }) => [String(object['spec'].owner)] }],
      reconcile(key, { cache, api }) {
        expectTypeOf(cache.get('example.com/v1/Gizmo', key)?.metadata.name).toEqualTypeOf<string | undefined>()
        api.create('example.com/v1/Gizmo', { metadata: { name: 'a' }, spec: { anything: true } })
      },
    })
  })

  test('is refused with what is no watch, no answer, or async', () => {
    const watches = [{ kind: 'v1/Pod' }] as const
    // @ts-expect-error keey is not keys
    unread(() => defineController({ name: 'a', watches: [{ kind: 'v1/Pod', keey: () => [] }], reconcile() {} }))
    // @ts-expect-error keys are strings
    unread(() => defineController({ name: 'a', watches: [{ kind: 'v1/Pod', keys: () => [1] }], reconcile() {} }))
    // @ts-expect-error there is no such kind
    unread(() => defineController({ name: 'a', watches: [{ kind: 'v1/Pood' }], reconcile() {} }))
    // @ts-expect-error every call is synchronous
    unread(() => defineController({ name: 'a', watches, async reconcile() {} }))
    // @ts-expect-error requeue is not requeueAfter
    unread(() => defineController({ name: 'a', watches, reconcile: () => ({ requeue: true }) }))
  })

  test('may be written as a plain object, or be one of a class', () => {
    const plain: Controller = { name: 'plain', watches: [{ kind: 'v1/Pod' }], reconcile: () => ({ requeueAfter: 5 }) }
    class Own {
      readonly name = 'own'
      readonly watches = [{ kind: 'v1/Pod' }]
      reconcile(key: string): void {
        void key
      }
    }
    expectTypeOf(plain).toExtend<Controller>()
    expectTypeOf<Own>().toExtend<Controller>()
  })
})
