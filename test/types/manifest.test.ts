import { describe, expectTypeOf, test } from 'vitest'
import type { Manifest } from '../../src/api/manifest.ts'
import type { KubeObject, ObjectMeta } from '../../src/api/meta.ts'
import type { Lease } from '../../src/api/types/coordination.ts'
import type { Container, Node, Pod, PodSpec, ReplicationController, Service } from '../../src/api/types/core.ts'
import type { Time } from '../../src/api/types/scalars.ts'

const write = <T>(manifest: Manifest<T>): Manifest<T> => manifest

/** The form of `@kubernetes/client-node`'s models: mutable classes, everything optional, dates as Date. */
class V1ObjectMeta {
  'name'?: string
  'labels'?: { [key: string]: string }
  'creationTimestamp'?: Date
  static readonly discriminator: string | undefined = undefined
}
class V1Container {
  'name': string
  'image'?: string
  'imagePullPolicy'?: string
  'resources'?: { limits?: { [key: string]: string }; requests?: { [key: string]: string } }
  'livenessProbe'?: { httpGet?: { path?: string; port: number | string } }
}
class V1Pod {
  'apiVersion'?: string
  'kind'?: string
  'metadata'?: V1ObjectMeta
  'spec'?: { containers: Array<V1Container>; restartPolicy?: string; nodeSelector?: { [key: string]: string } }
  'status'?: { phase?: string; startTime?: Date; conditions?: Array<{ type: string; status: string }> }
  static getAttributeTypeMap(): { name: string }[] {
    return []
  }
}

describe('a read object', () => {
  test('has metadata, spec and status where its kind has them', () => {
    expectTypeOf<Pod['metadata']>().toEqualTypeOf<ObjectMeta>()
    expectTypeOf<Pod['spec']>().toEqualTypeOf<PodSpec>()
    expectTypeOf<Service['status']>().not.toEqualTypeOf<undefined>()
    expectTypeOf<Pod>().toExtend<KubeObject>()
    expectTypeOf<Lease['apiVersion']>().toEqualTypeOf<'coordination.k8s.io/v1'>()
  })

  test('has its times and quantities as strings', () => {
    expectTypeOf<Pod['metadata']['creationTimestamp']>().toExtend<string>()
    expectTypeOf<string>().toExtend<Time>()
    expectTypeOf<NonNullable<Node['status']['capacity']>[string]>().toExtend<string>()
  })

  test('is readonly', () => {
    const container: Container = { name: 'a' }
    // @ts-expect-error a read object is readonly
    container.name = 'b'
    expectTypeOf<PodSpec['containers']>().toEqualTypeOf<readonly Container[]>()
  })
})

describe('what one writes', () => {
  test('is any part of the object, with undefined wherever something may be absent', () => {
    write<Pod>({})
    write<Pod>({ metadata: { name: 'web', namespace: undefined }, spec: { containers: [{ image: undefined }] } })
  })

  test('may be a fixture in a variable, whose constants have become plain strings', () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'a' },
      spec: { containers: [{ name: 'a', imagePullPolicy: 'Always' }] },
    }
    write<Pod>(pod)
    const constant = { kind: 'Pod', spec: { containers: [{ name: 'a', args: ['-v'] }] } } as const
    write<Pod>(constant)
  })

  test('may be an object that was read', () => {
    expectTypeOf<Pod>().toExtend<Manifest<Pod>>()
    expectTypeOf<Node>().toExtend<Manifest<Node>>()
    expectTypeOf<ReplicationController>().toExtend<Manifest<ReplicationController>>()
    expectTypeOf<Lease>().toExtend<Manifest<Lease>>()
  })

  test('may be an object of the official client', () => {
    write<Pod>(new V1Pod())
    expectTypeOf<V1Pod>().toExtend<Manifest<Pod>>()
  })

  test('may hold a Date for a time and a number for a quantity', () => {
    write<Pod>({ metadata: { creationTimestamp: new Date(0), deletionTimestamp: '2020-01-01T00:00:00Z' } })
    write<Lease>({ spec: { renewTime: new Date(0) } })
    write<Node>({ status: { capacity: { cpu: 4, memory: '16Gi' } } })
    // @ts-expect-error a name is no time
    write<Pod>({ metadata: { name: new Date(0) } })
    // @ts-expect-error an image is no quantity
    write<Pod>({ spec: { containers: [{ image: 1 }] } })
  })

  test('keeps the values of an enum for completion, and takes any other', () => {
    expectTypeOf<Manifest<PodSpec>['restartPolicy']>().toEqualTypeOf<PodSpec['restartPolicy']>()
    write<Pod>({ spec: { restartPolicy: 'Sometimes' } })
  })

  test('has no misspelt field', () => {
    // @ts-expect-error imagge is not image
    write<Pod>({ spec: { containers: [{ name: 'web', imagge: 'web:1' }] } })
    // @ts-expect-error a port is a number
    write<Pod>({ spec: { containers: [{ name: 'web', ports: [{ containerPort: '80' }] }] } })
    // @ts-expect-error selecter is not selector
    write<Service>({ spec: { selecter: { app: 'web' } } })
    // @ts-expect-error container is not containers
    write<ReplicationController>({ spec: { template: { spec: { container: [] } } } })
  })

  test("works for a user's own kind", () => {
    interface Backup extends KubeObject {
      readonly spec: { readonly schedule: string; readonly keep?: number; readonly mode: 'full' | 'partial' }
    }
    write<Backup>({ apiVersion: 'example.com/v1', kind: 'Backup', spec: { schedule: '@daily', mode: 'other' } })
    // @ts-expect-error shedule is not schedule
    write<Backup>({ spec: { shedule: '@daily' } })
  })
})
