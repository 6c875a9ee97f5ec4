import { createCluster, loadCluster, type NodeInfo, type Plugin, replay } from 'wavetank'
import { describe, expect, test } from 'vitest'

const SEAT = 'example.com/seat'

/** Every node has two seats, and a pod takes the first that is free. */
const seats: Plugin = {
  name: 'Seats',
  scope: 'node',
  filter: (_pod, node, { perNode }) => (perNode(node, freeSeats).length === 0 ? 'node(s) had no seat' : undefined),
  reserve: (_pod, node, { perNode }) => ({ annotations: { [SEAT]: perNode(node, freeSeats)[0]! } }),
}

function freeSeats({ pods }: NodeInfo): readonly string[] {
  const taken = pods.map(({ metadata }) => metadata.annotations?.[SEAT])
  return ['left', 'right'].filter((seat) => !taken.includes(seat))
}

/** The pod `a` has its seat and waits, until another comes. */
const together: Plugin = {
  name: 'Together',
  permit(pod, _node, { waiting }) {
    if (pod.metadata.name === 'a') return { waitMs: 60_000 }
    for (const { allow } of waiting()) allow()
    return undefined
  },
}

const pod = (name: string): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, annotations: { own: 'kept' } },
  spec: { containers: [{ name: 'app', image: 'app:1' }] },
})

const seatsOf = (cluster: ReturnType<typeof createCluster>): readonly (string | undefined)[] =>
  cluster.pods
    .list()
    .items.map(({ metadata, spec }) => spec.nodeName && `${metadata.name} ${metadata.annotations?.[SEAT]}`)

describe('what a plugin reserves for a pod', () => {
  test('counts with the next decision, and is written by the binding', () => {
    const cluster = createCluster({ nodes: 1, schedulers: [{ plugins: [seats] }] })
    for (const name of ['a', 'b', 'c']) cluster.apply(pod(name))
    cluster.settle()
    expect(seatsOf(cluster)).toEqual(['a left', 'b right', undefined])
    expect(cluster.pods.get('a').metadata.annotations).toMatchObject({ own: 'kept', [SEAT]: 'left' })
    const ofC = cluster.events.list().items.filter(({ involvedObject }) => involvedObject.name === 'c')
    // From the very first decision on: nothing that was worked out before the reservation counts any more.
    expect(ofC.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^0\/1 nodes are available: 1 node\(s\) had no seat\./u),
    ])
  })

  test('is free again when the pod is gone', () => {
    const cluster = createCluster({ nodes: 1, schedulers: [{ plugins: [seats] }] })
    for (const name of ['a', 'b', 'c']) cluster.apply(pod(name))
    cluster.settle()
    cluster.pods.delete('a', { gracePeriodSeconds: 0 })
    cluster.advance('1m')
    expect(seatsOf(cluster)).toEqual(['b right', 'c left'])
  })

  test('is kept while the pod waits, by forks, in a file and in a replay', () => {
    const plugins = [seats, together]
    const cluster = createCluster({ nodes: 1, schedulers: [{ plugins }] })
    cluster.apply(pod('a'))
    cluster.advance('1s')
    expect(cluster.pods.get('a').spec.nodeName).toBeUndefined()
    cluster.apply(pod('b'))
    const fork = cluster.fork()
    const loaded = loadCluster(cluster.save(), { plugins })
    for (const one of [cluster, fork, loaded]) one.advance('10s')
    expect(seatsOf(cluster)).toEqual(['a left', 'b right'])
    expect(fork.historyHash()).toBe(cluster.historyHash())
    expect(loaded.historyHash()).toBe(cluster.historyHash())
    expect(replay(cluster.journal, { plugins }).historyHash()).toBe(cluster.historyHash())
  })

  test.each([
    ['a number', 7, 'expected nothing, a reason, or { annotations } of texts, got 7'],
    [
      'values that are no texts',
      { annotations: { seat: 1 } },
      'expected nothing, a reason, or { annotations } of texts',
    ],
    ['a key that is none', { annotations: { 'a b': '1' } }, 'annotations: Invalid value: "a b"'],
  ])('fails the pod if it is %s', (_what, answer, message) => {
    const wrong = { name: 'Wrong', reserve: () => answer } as unknown as Plugin
    const cluster = createCluster({ nodes: 1, schedulers: [{ plugins: [wrong] }] })
    cluster.apply(pod('a'))
    cluster.advance('100ms')
    expect(cluster.pods.get('a').spec.nodeName).toBeUndefined()
    const [event] = cluster.events.list().items
    expect(event!.message).toContain(`running Reserve plugin "Wrong": ${message}`)
  })
})
