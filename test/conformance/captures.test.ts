import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../src/api/meta.ts'
import { definitions } from '../../src/registries/all.ts'
import type { Cluster } from '../../src/index.ts'
import { bare } from '../cluster/support.ts'
import { hasCorpus } from '../support/system.ts'
import { collections, listsOf, widgetDefinition } from './captures.ts'

type Loose = KubeObject & { readonly spec?: Readonly<Record<string, unknown>>; readonly status?: object }

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/** What the API server says of metadata, whatever a client sends; `generation` counts updates that were not recorded. */
function withoutServerFields({ metadata, status: _, ...rest }: Loose): object {
  const { uid: _u, resourceVersion: _r, creationTimestamp: _c, generation: _g, managedFields: _m, ...own } = metadata
  return { ...rest, metadata: own }
}

/** Without nulls: the API server says null for a time that was never set; whoever reads that takes it as absent. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (typeof value !== 'object' || value === null) return value
  const set = Object.entries(value).filter(([, inner]) => inner !== null)
  return Object.fromEntries(set.map(([key, inner]) => [key, withoutNulls(inner)]))
}

/** What another part of the API server hands out, and so did not stand in the manifest. */
function withoutAllocated(object: object): object {
  const { spec, ...rest } = object as Loose
  const { clusterIP: _ip, clusterIPs: _ips, ...own } = spec ?? {}
  return spec === undefined ? rest : { ...rest, spec: own }
}

/** A cluster in which an object may be created. */
function clusterFor({ kind, metadata }: KubeObject): Cluster {
  const cluster = bare()
  if (kind === 'Widget') cluster.apply(widgetDefinition())
  const { namespace } = metadata
  if (namespace === undefined) return cluster
  cluster.namespaces.create({ metadata: { name: namespace } })
  const accounts = definitions.some((definition) => definition.kind === 'ServiceAccount')
  if (accounts && kind !== 'ServiceAccount')
    cluster.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } })
  return cluster
}

/** Recorded Events were written through the core group: the other one takes none like them. */
const isViewed = ({ apiVersion }: KubeObject): boolean => apiVersion === 'events.k8s.io/v1'
const gvk = ({ apiVersion, kind }: KubeObject): string => `${apiVersion}/${kind}`
const isRegistered = (object: KubeObject): boolean => object.kind === 'Widget' || definitionOf(object) !== undefined

/** Every recorded object, in each of the states in which it was recorded. */
const recorded = (hasCorpus() ? collections() : []).map((collection) => ({
  name: `${collection.capture}: ${collection.key}`,
  objects: listsOf(collection).flatMap(({ items }) => items as Loose[]),
}))
const filled = recorded.filter(({ objects }) => objects.length > 0)

describe.skipIf(!hasCorpus())('recorded objects', () => {
  test('are there', () => {
    expect(filled.length).toBeGreaterThan(10)
  })

  test('Events that are created read through events.k8s.io as recorded there', () => {
    const all = filled.flatMap(({ objects }) => objects)
    const written = new Map(
      all.filter(({ kind }) => kind === 'Event').map((event) => [gvk(event) + event.metadata.name, event]),
    )
    let compared = 0
    for (const event of all.filter(isViewed)) {
      const core = written.get(`v1/Event${event.metadata.name}`)
      if (core === undefined) continue
      const cluster = clusterFor(event)
      cluster.resource<Loose>('v1/Event').create(withoutServerFields(core) as never)
      const { name, namespace } = event.metadata
      const read = cluster.resource<Loose>('events.k8s.io/v1/Event').get(name, { namespace })
      expect(withoutNulls(withoutServerFields(read))).toEqual(withoutNulls(withoutServerFields(event)))
      compared++
    }
    expect(compared).toBeGreaterThan(5)
  })

  for (const { name, objects } of filled) {
    const known = isRegistered(objects[0]!)
    const title = known ? name : `${name}: ${gvk(objects[0]!)} is not registered`

    test.skipIf(!known || isViewed(objects[0]!))(`read back as recorded after create: ${title}`, () => {
      for (const object of objects) {
        const client = clusterFor(object).resource<Loose>(gvk(object))
        const { namespace } = object.metadata
        const sent = withoutServerFields(object)
        const created = client.create(sent as never)
        expect(withoutNulls(withoutServerFields(created))).toEqual(withoutNulls(sent))
        if (object.status === undefined || definitionOf(object)?.verbs.includes('status') !== true) continue
        client.updateStatus({ ...created, status: object.status } as never)
        const { status } = client.get(object.metadata.name, { namespace })
        expect(withoutNulls(status)).toEqual(withoutNulls(object.status))
      }
    })

    const applied = objects.filter(({ metadata }) => metadata.annotations?.[LAST_APPLIED] !== undefined)
    if (applied.length === 0) continue
    test.skipIf(!known)(`get the recorded defaults when the manifest behind them is created: ${title}`, () => {
      for (const object of applied) {
        const manifest = JSON.parse(object.metadata.annotations![LAST_APPLIED]!) as KubeObject
        const { spec } = clusterFor(object)
          .resource<Loose>(gvk(object))
          .create(manifest as never)
        expect(withoutAllocated({ spec })).toEqual(withoutAllocated({ spec: object.spec }))
      }
    })
  }
})

function definitionOf(object: KubeObject): (typeof definitions)[number] | undefined {
  return definitions.find(
    ({ group, version, kind }) => gvk(object) === `${group === '' ? '' : `${group}/`}${version}/${kind}`,
  )
}
