import { describe, expect, test } from 'vitest'
import { type Cluster, replay } from '../../src/index.ts'
import { bare, podManifest, refused } from '../cluster/support.ts'

const overhead = { podFixed: { cpu: '0.01', memory: '1Ki' } }
const kept = { cpu: '10m', memory: '1Ki' }
const scheduling = {
  nodeSelector: { box: 'yes' },
  tolerations: [
    { key: 'k', operator: 'Exists' },
    { key: 'z', operator: 'Equal', value: 'v' },
  ],
}

const withBox = (): Cluster => {
  const cluster = bare()
  cluster.runtimeClasses.create({ metadata: { name: 'box' }, handler: 'box', overhead, scheduling })
  cluster.runtimeClasses.create({ metadata: { name: 'plain' }, handler: 'plain' })
  return cluster
}

describe('a pod of a RuntimeClass', () => {
  test('has its overhead, its nodes, and its tolerations but for those that others include', () => {
    const cluster = withBox()
    const given = {
      runtimeClassName: 'box',
      overhead: { cpu: '10m', memory: '1024' },
      nodeSelector: { box: 'yes', disk: 'ssd' },
      tolerations: [
        { key: 'k', operator: 'Exists', effect: 'NoSchedule' },
        { key: 'z', operator: 'Equal', value: 'v', effect: 'NoExecute', tolerationSeconds: 5 },
        { key: 'q', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 },
        { key: 'q', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 3 },
        { key: 'q', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 9 },
        { key: 'z', value: 'v', effect: 'NoSchedule' },
        { key: 'z', value: 'v', effect: 'NoSchedule' },
      ],
    }
    const { spec } = cluster.pods.create(podManifest('a', { spec: given }))
    expect(spec).toMatchObject({ overhead: kept, nodeSelector: { box: 'yes', disk: 'ssd' } })
    expect(spec.tolerations?.filter(({ key }) => !key?.startsWith('node.kubernetes.io/'))).toEqual([
      { key: 'q', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 9 },
      { key: 'z', value: 'v', effect: 'NoSchedule' },
      ...scheduling.tolerations,
    ])
    const bareOne = cluster.pods.create(podManifest('b', { spec: { runtimeClassName: 'box' } })).spec
    expect(bareOne).toMatchObject({ overhead: kept, nodeSelector: { box: 'yes' } })
    expect(cluster.pods.create(podManifest('c', { spec: { runtimeClassName: 'plain' } })).spec.overhead).toBeUndefined()
  })

  test('keeps what it got, whatever becomes of its class', () => {
    const cluster = withBox()
    const named = { spec: { runtimeClassName: 'box' } }
    cluster.pods.create(podManifest('a', named))
    cluster.runtimeClasses.update('box', (draft) => {
      draft.overhead = { podFixed: { cpu: '1' } }
      delete draft.scheduling
    })
    expect(cluster.pods.create(podManifest('b', named)).spec.overhead).toEqual({ cpu: '1' })
    cluster.runtimeClasses.delete('box')
    cluster.pods.update('a', (draft) => void (draft.metadata.labels = { seen: 'yes' }))
    expect(cluster.pods.get('a').spec).toMatchObject({ overhead: kept, nodeSelector: { box: 'yes' } })
    expect(replay(cluster.journal).historyHash()).toBe(cluster.historyHash())
  })

  const pod = (why: string): string => `pods "a" is forbidden: ${why}`
  test.each([
    [{ runtimeClassName: 'gone' }, pod('pod rejected: RuntimeClass "gone" not found')],
    [{ runtimeClassName: '-X' }, pod('pod rejected: RuntimeClass "-X" not found')],
    [
      { runtimeClassName: 'box', overhead: { cpu: '1', memory: '1Ki' } },
      pod("pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"),
    ],
    [
      { runtimeClassName: 'box', overhead: { cpu: '10m' } },
      pod("pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"),
    ],
    [
      { runtimeClassName: 'box', nodeSelector: { box: 'no' } },
      pod('conflict: runtimeClass.scheduling.nodeSelector[box] = yes; pod.spec.nodeSelector[box] = no'),
    ],
    [
      { runtimeClassName: 'plain', overhead: kept },
      pod('pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead'),
    ],
    [{ overhead: kept }, pod('pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead')],
    [
      { overhead: kept, restartPolicy: 'x' },
      'Pod "a" is invalid: spec.restartPolicy: Unsupported value: "x": supported values: "Always", "OnFailure", "Never"',
    ],
    [{ runtimeClassName: 'gone', priorityClassName: 'gone' }, pod('no PriorityClass with name gone was found')],
  ])('is refused with %j', (spec, message) => {
    const cluster = withBox()
    expect(refused(() => cluster.pods.create(podManifest('a', { spec })))).toMatchObject({ status: { message } })
  })
})

test('the handler of a RuntimeClass stays, and its table shows it', () => {
  const cluster = withBox()
  expect(refused(() => cluster.runtimeClasses.patch('box', { handler: '' }))).toMatchObject({
    status: {
      message:
        'RuntimeClass.node.k8s.io "box" is invalid: [handler: Required value, handler: Invalid value: "": field is immutable]',
    },
  })
  expect(refused(() => cluster.runtimeClasses.update({ metadata: { name: 'box' }, handler: 'box' }))).toMatchObject({
    status: {
      message:
        'runtimeclasses.node.k8s.io "box" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    },
  })
  expect(cluster.table('runtimeclasses')).toBe('NAME    HANDLER   AGE\nbox     box       0s\nplain   plain     0s\n')
})
