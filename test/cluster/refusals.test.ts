import { expect, test } from 'vitest'
import { createCluster } from '../../src/index.ts'
import { cases, cluster } from './refusedCalls.ts'
import { controllerManifest, podManifest, refused } from './support.ts'

test.each(cases)('%s is refused, and nothing has happened', (_, act, reason, said) => {
  const before = [cluster.revision, cluster.now, cluster.historyHash(), JSON.stringify(cluster.journal)]
  const error = refused(() => act(cluster))
  expect([error.reason, error.status.status]).toEqual([reason, 'Failure'])
  if (typeof said === 'string') expect(error.message).toContain(said)
  else expect(error.message).toMatch(said)
  expect(error.message).toMatch(/ \(revision \d+, t=\+300\.\ds, seed 7\)$/)
  if (reason === 'Invalid')
    expect(
      error.status.details!.causes!.every(
        ({ field, message, reason: why }) => field !== undefined && message !== '' && why !== undefined,
      ),
    ).toBe(true)
  expect([cluster.revision, cluster.now, cluster.historyHash(), JSON.stringify(cluster.journal)]).toEqual(before)
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
})

test('after every refusal the cluster goes on as one that heard nothing of it', () => {
  const [one, other] = [createCluster({ seed: 7, nodes: 2 }), createCluster({ seed: 7, nodes: 2 })]
  for (const c of [one, other]) {
    c.pods.create(podManifest('a'))
    c.replicationControllers.create(controllerManifest('web', 2))
    c.advance('1m')
  }
  for (const [, act] of cases) {
    try {
      act(one)
    } catch {
      // Whatever it was.
    }
  }
  for (const c of [one, other]) {
    c.replicationControllers.update('web', (draft) => void (draft.spec.replicas = 4))
    c.advance('1m')
  }
  expect([one.historyHash(), one.journal]).toEqual([other.historyHash(), other.journal])
})

test('apply does all or nothing', () => {
  const c = createCluster({ seed: 7, nodes: 1 })
  c.advance('1s')
  const before = [c.revision, c.historyHash(), JSON.stringify(c.journal)]
  const good = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } },
    podManifest('fine'),
    controllerManifest('web', 1),
  ]
  for (const bad of [
    podManifest('x', { spec: { containers: [] } }),
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x', namespace: 'nowhere' } },
    podManifest('Not_A_Name'),
    { kind: 'Pod' },
  ]) {
    refused(() => c.apply([...good, bad]))
    expect([c.revision, c.historyHash(), JSON.stringify(c.journal)]).toEqual(before)
  }
  expect(c.apply(good).applied).toHaveLength(3)
})
