import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { corpus, hasCorpus } from '../support/system.ts'
import { serviceYaml, useWavetank } from './wavetank.ts'

const wavetank = useWavetank()
const manifests = join(corpus, 'manifests')
const examples = join(manifests, 'kubernetes-examples')
const guestbooks = [
  join(examples, 'web/guestbook/legacy'),
  join(manifests, 'gke-samples/quickstarts/guestbook/frontend-service.yaml'),
  join(examples, '_archived/storage/vitess/guestbook-controller.yaml'),
  join(examples, '_archived/storage/vitess/guestbook-service.yaml'),
]
/** The legacy folder has no services any more; these are what its redis controllers had. */
const redis = ['master', 'replica']
  .map((role) => serviceYaml(`redis-${role}`).replace(`app: redis-${role}`, `app: redis, role: ${role}`))
  .join('---\n')
const replicas = { frontend: 3, guestbook: 3, 'redis-master': 1, 'redis-replica': 2 }

interface Result {
  readonly hash: string
  readonly pods: readonly { metadata: { name: string }; status: { phase: string } }[]
  readonly replicationControllers: readonly { metadata: { name: string }; status: { readyReplicas: number } }[]
  readonly endpoints: readonly { metadata: { name: string }; subsets?: readonly { addresses?: readonly unknown[] }[] }[]
}

function runIt(): Result {
  const { status, stdout, stderr } = wavetank.run(['run', ...guestbooks, '-', '--json'], redis)
  expect(stderr).toBe('')
  expect(status).toBe(0)
  return JSON.parse(stdout) as Result
}

describe.skipIf(!hasCorpus())('the guestbook made of replication controllers', () => {
  test('comes up with all replicas Running and its endpoints filled, with the same hash twice', () => {
    const { hash, pods, replicationControllers, endpoints } = runIt()
    expect(pods).toHaveLength(9)
    expect(new Set(pods.map(({ status }) => status.phase))).toEqual(new Set(['Running']))
    expect(
      Object.fromEntries(replicationControllers.map(({ metadata, status }) => [metadata.name, status.readyReplicas])),
    ).toEqual(replicas)
    const filled = endpoints.map(({ metadata, subsets = [] }) => [
      metadata.name,
      subsets.flatMap(({ addresses = [] }) => addresses).length,
    ])
    expect(Object.fromEntries(filled)).toEqual({ ...replicas, kubernetes: 1 })
    expect(runIt().hash).toBe(hash)
  })
})
