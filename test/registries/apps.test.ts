import { describe, expect, it, test } from 'vitest'
import type { Deployment, Manifest } from '../../src/index.ts'
import { deployments } from '../../src/registries/deployments.ts'
import { replicaSets } from '../../src/registries/replicaSets.ts'
import { bare, refused } from '../cluster/support.ts'
import { messages } from './podFixtures.ts'

type Case = readonly [about: string, spec: object, ...messages: string[]]

const metadata = {
  name: 'web',
  namespace: 'default',
  uid: 'u',
  resourceVersion: '1',
  creationTimestamp: '2020-01-01T00:00:00Z',
}
const selector = { matchLabels: { app: 'web' } }
const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'nginx' }] } }
const rolling = (maxSurge: number | string, maxUnavailable: number | string): object => ({
  selector,
  template,
  strategy: { rollingUpdate: { maxSurge, maxUnavailable } },
})
const percentRule =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"

const ofBoth: readonly Case[] = [
  ['with a selector and a template', { selector, template }],
  ['of none', { replicas: 0, selector, template }],
  [
    'of less than none',
    { replicas: -1, selector, template },
    'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
  ],
  [
    'with a negative wait',
    { minReadySeconds: -1, selector, template },
    'spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0',
  ],
  [
    'without a selector',
    { template },
    'spec.selector: Required value',
    'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
  ],
  [
    'that would choose every pod',
    { selector: {}, template },
    'spec.selector: Invalid value: {}: empty selector is invalid for deployment',
  ],
  [
    'that does not choose its own pods',
    { selector: { matchLabels: { app: 'db' } }, template },
    'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
  ],
  [
    'whose expressions choose its own pods',
    { selector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['db', 'web'] }] }, template },
  ],
  [
    'whose expressions do not',
    { selector: { matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] }, template },
    'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
  ],
  [
    'with a strange operator',
    { selector: { matchExpressions: [{ key: 'app', operator: 'Is', values: ['web'] }] }, template },
    'spec.selector.matchExpressions[0].operator: Invalid value: "Is": not a valid selector operator',
    'spec.selector: Invalid value: {"matchExpressions":[{"key":"app","operator":"Is","values":["web"]}]}: invalid label selector',
  ],
  [
    'whose pods restart only on failure',
    { selector, template: { ...template, spec: { ...template.spec, restartPolicy: 'OnFailure' } } },
    'spec.template.spec.restartPolicy: Unsupported value: "OnFailure": supported values: "Always"',
  ],
  [
    'whose pods have a deadline',
    { selector, template: { ...template, spec: { ...template.spec, activeDeadlineSeconds: 1 } } },
    'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported',
  ],
  [
    'with a broken template',
    { selector, template: { ...template, spec: { containers: [{ name: 'web' }] } } },
    'spec.template.spec.containers[0].image: Required value',
  ],
]

const ofDeployments: readonly Case[] = [
  ['that recreates', { selector, template, strategy: { type: 'Recreate' } }],
  [
    'that recreates by rolling',
    { selector, template, strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } },
    "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
  ],
  [
    'of a strange strategy',
    { selector, template, strategy: { type: 'BlueGreen' } },
    'spec.strategy: Unsupported value: {"Type":"BlueGreen","RollingUpdate":null}: supported values: "Recreate", "RollingUpdate"',
  ],
  ['that surges by a share', rolling('130%', '100%')],
  [
    'that may neither surge nor lack',
    rolling(0, '0%'),
    'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": may not be 0 when `maxSurge` is 0',
  ],
  [
    'that may lack more than all',
    rolling(1, '101%'),
    'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%',
  ],
  [
    'that surges by a share of a share',
    rolling('2.5%', 1),
    `spec.strategy.rollingUpdate.maxSurge: Invalid value: "2.5%": ${percentRule}`,
  ],
  [
    'that surges downwards',
    rolling(-1, 1),
    'spec.strategy.rollingUpdate.maxSurge: Invalid value: -1: must be greater than or equal to 0',
  ],
  [
    'that gives up before a pod can be available',
    { selector, template, minReadySeconds: 600 },
    'spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds',
  ],
  [
    'with a negative history',
    { selector, template, revisionHistoryLimit: -1 },
    'spec.revisionHistoryLimit: Invalid value: -1: must be greater than or equal to 0',
  ],
]

describe.each([
  ['replica set', replicaSets, ofBoth],
  ['deployment', deployments, [...ofBoth, ...ofDeployments]],
] as const)('a %s', (_, definition, cases) => {
  it.each(cases)('%s', (__, spec, ...said) => {
    const whole = { apiVersion: 'apps/v1', kind: definition.kind, metadata, spec }
    expect(messages(definition.validate(definition.defaults(whole as never) as never))).toEqual(said)
  })
})

const web = (more: object = {}): Manifest<Deployment> => ({
  metadata: { name: 'web' },
  spec: { selector, template, ...more },
})

test('a deployment is filled in as Kubernetes does', () => {
  const { spec, status, metadata } = bare().deployments.create(web())
  expect(spec).toMatchObject({
    replicas: 1,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
  })
  expect(spec.template.spec.containers[0]).toMatchObject({ imagePullPolicy: 'Always' })
  expect([status, metadata.generation]).toEqual([{}, 1])
})

test('the selector of a deployment and of a replica set stays what it was', () => {
  const cluster = bare()
  const labels = { app: 'web', tier: 'front' }
  cluster.deployments.create(web({ template: { ...template, metadata: { labels } } }))
  cluster.replicaSets.create({ ...web({ template: { ...template, metadata: { labels } } }), kind: undefined })
  const said = 'spec.selector: Invalid value: {"matchLabels":{"tier":"front"}}: field is immutable'
  const moved = { matchLabels: { tier: 'front' } }
  for (const move of [
    () => cluster.deployments.update('web', (draft) => void (draft.spec.selector = moved)),
    () => cluster.replicaSets.update('web', (draft) => void (draft.spec.selector = moved)),
  ]) {
    const error = refused(move)
    expect([error.reason, error.message]).toEqual(['Invalid', expect.stringContaining(said)])
  }
})

test('the generation of a deployment counts changes of its annotations too, but not those made with its status', () => {
  const cluster = bare()
  cluster.deployments.create(web())
  const generation = (): number => cluster.deployments.get('web').metadata.generation!
  cluster.deployments.update('web', (draft) => void (draft.metadata.annotations = { why: 'because' }))
  expect(generation()).toBe(2)
  cluster.deployments.update('web', (draft) => void (draft.metadata.labels = { team: 'a' }))
  expect(generation()).toBe(2)
  cluster.deployments.updateStatus('web', (draft) => {
    draft.metadata.annotations = { why: 'because', seen: 'yes' }
    draft.metadata.labels = { team: 'b' }
    draft.status.observedGeneration = 2
  })
  expect(cluster.deployments.get('web')).toMatchObject({
    metadata: { generation: 2, annotations: { why: 'because', seen: 'yes' }, labels: { team: 'a' } },
    status: { observedGeneration: 2 },
  })
})

test('a status that contradicts itself is refused', () => {
  const cluster = bare()
  cluster.deployments.create(web())
  const write = (status: object): string =>
    refused(() => cluster.deployments.updateStatus('web', (draft) => void (draft.status = status))).message
  expect(write({ replicas: 1, updatedReplicas: 2 })).toContain(
    'status.updatedReplicas: Invalid value: 2: cannot be greater than status.replicas',
  )
  cluster.deployments.updateStatus('web', (draft) => void (draft.status = { collisionCount: 2 }))
  expect(write({ collisionCount: 1 })).toContain('status.collisionCount: Invalid value: 1: cannot be decremented')
})

describe('scale', () => {
  const replicated = () => {
    const cluster = bare()
    cluster.namespaces.create({ metadata: { name: 'team' } })
    cluster.deployments.create(web())
    cluster.deployments.create({ ...web(), metadata: { name: 'web', namespace: 'team' } })
    cluster.replicaSets.create({ metadata: { name: 'web' }, spec: { selector, template } })
    cluster.replicationControllers.create({ metadata: { name: 'web' }, spec: { template } })
    return cluster
  }

  it('changes how many are asked for, and the generation, and nothing else', () => {
    const cluster = replicated()
    for (const client of [cluster.deployments, cluster.replicaSets, cluster.replicationControllers]) {
      const before = client.get('web')
      const after = client.scale('web', 5)
      expect(after).toEqual(client.get('web'))
      expect({ ...after, metadata: before.metadata, spec: before.spec }).toEqual(before)
      expect(after.spec).toEqual({ ...before.spec, replicas: 5 })
      expect(after.metadata.generation).toBe(2)
    }
  })

  it('finds its object by namespace', () => {
    const cluster = replicated()
    cluster.deployments.scale('web', 3, { namespace: 'team' })
    const all = cluster.deployments.list({ allNamespaces: true }).items
    expect(all.map(({ metadata, spec }) => [metadata.namespace, spec.replicas])).toEqual([
      ['default', 1],
      ['team', 3],
    ])
  })

  it('is refused whole, in Kubernetes’ words', () => {
    const cluster = replicated()
    const { revision } = cluster
    const said = (act: () => unknown): unknown[] => {
      const { reason, message } = refused(act)
      return [reason, message.replace(/ \(revision.*/u, '')]
    }
    expect(said(() => cluster.deployments.scale('web', -1))).toEqual([
      'Invalid',
      'Scale.autoscaling "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    ])
    expect(said(() => cluster.deployments.scale('db', 1))).toEqual(['NotFound', 'deployments.apps "db" not found'])
    expect(said(() => cluster.services.scale('web', 1))[0]).toBe('MethodNotAllowed')
    expect(said(() => cluster.deployments.scale('web', '3' as never))[0]).toBe('Invalid')
    expect(cluster.revision).toBe(revision)
  })
})

describe('a ControllerRevision', () => {
  test('keeps what it holds, whatever becomes of its number, and is shown with whose it is', () => {
    const cluster = bare()
    const owner = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web', uid: 'u', controller: true }
    cluster.controllerRevisions.create({
      metadata: { name: 'web-1', ownerReferences: [owner] },
      data: { spec: { template } },
      revision: 1,
    })
    cluster.controllerRevisions.create({ metadata: { name: 'lone' }, data: {}, revision: 7 })
    cluster.controllerRevisions.update('web-1', (draft) => void (draft.revision = 3))
    expect(cluster.table('controllerrevisions')).toBe(
      'NAME    CONTROLLER             REVISION   AGE\nlone    <none>                 7          0s\nweb-1   statefulset.apps/web   3          0s\n',
    )
    const { message } = refused(() => {
      cluster.controllerRevisions.update('web-1', (draft) => void (draft.data = { spec: {} }))
    })
    expect(message).toContain('data: Invalid value: {"spec":{}}: field is immutable')
    expect(cluster.controllerRevisions.get('web-1')).toMatchObject({ data: { spec: { template } }, revision: 3 })
  })
})
