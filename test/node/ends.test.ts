import { describe, expect, test } from 'vitest'
import { type Behaviour, type Cluster, createCluster } from '../../src/index.ts'

const make = (...behaviours: Behaviour[]): Cluster =>
  createCluster({ nodes: 1, behaviours, latency: { imagePull: 0, containerStart: 0 } })
const create = (cluster: Cluster, container: object, spec: object = {}): void =>
  void cluster.pods.create({
    metadata: { name: 'web' },
    spec: { containers: [{ name: 'web', image: 'web:1', ...container }], ...spec },
  })
type Status = NonNullable<ReturnType<Cluster['pods']['get']>['status']['containerStatuses']>[number]
const status = (cluster: Cluster): Status => cluster.pods.get('web').status.containerStatuses![0]!

describe('a termination message', () => {
  const failing = { image: 'web:*', run: '5s', exitCode: 3, log: ['starting up', 'fatal: no db'] } as const

  test.each<[string, Behaviour, object, string | undefined]>([
    ['what it wrote', { ...failing, message: 'gave up' }, {}, 'gave up'],
    ['nothing, when it wrote none', failing, {}, undefined],
    ['the end of its log on an error, if asked for', failing, fallback(), 'starting up\nfatal: no db\n'],
    ['what it wrote before its log', { ...failing, message: 'gave up' }, fallback(), 'gave up'],
    ['no log when it has succeeded', { ...failing, exitCode: 0 }, fallback(), undefined],
  ])('of a container is %s', (_, behaviour, container, message) => {
    const cluster = make(behaviour)
    create(cluster, container, { restartPolicy: 'Never' })
    cluster.advance('10s')
    const { terminated } = status(cluster).state!
    expect(terminated!.message).toBe(message)
    expect(terminated!.exitCode).toBe(behaviour.exitCode)
  })

  test('is 4,096 characters at most, and a log 80 lines and 2,048 characters', () => {
    const cluster = make({ ...failing, message: 'x'.repeat(5000) })
    create(cluster, {}, { restartPolicy: 'Never' })
    cluster.advance('10s')
    expect(status(cluster).state!.terminated!.message!.length).toBe(4096)
    const long = make({ ...failing, log: Array.from({ length: 100 }, (_, line) => `line ${line}`) })
    create(long, fallback(), { restartPolicy: 'Never' })
    long.advance('10s')
    expect(long.pods.get('web').status.containerStatuses![0]!.state!.terminated!.message!.split('\n')).toEqual([
      ...Array.from({ length: 80 }, (_, line) => `line ${line + 20}`),
      '',
    ])
  })

  test('and the reason stay to be read while the container waits for its restart', () => {
    const cluster = make({ ...failing, exitCode: 137, exitReason: 'OOMKilled', message: 'too much' })
    create(cluster, {})
    cluster.advance('12s')
    expect(status(cluster)).toMatchObject({
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 137, reason: 'OOMKilled', message: 'too much' } },
    })
  })
})

function fallback(): object {
  return { terminationMessagePolicy: 'FallbackToLogsOnError' }
}

describe('a deadline', () => {
  const overdue = 'Pod was active on the node longer than the specified deadline'

  test('that has passed ends the pod, within its grace', () => {
    const cluster = make({ image: '*', stop: '3s' })
    create(cluster, {}, { activeDeadlineSeconds: 60 })
    cluster.advance('62s')
    expect(cluster.pods.get('web').status.phase).toBe('Running')
    cluster.advance('2s')
    expect(cluster.pods.get('web').status).toMatchObject({
      phase: 'Failed',
      reason: 'DeadlineExceeded',
      message: overdue,
      containerStatuses: [{ ready: false, state: { terminated: { exitCode: 0 } } }],
    })
    expect(cluster.table('pods')).toMatch(/web +0\/1 +(DeadlineExceeded|Completed)/)
    const events = cluster.events.list().items.map(({ type, reason, message }) => `${type} ${reason}: ${message}`)
    expect(events.slice(-2)).toEqual([`Normal DeadlineExceeded: ${overdue}`, 'Normal Killing: Stopping container web'])
    expect(cluster.pods.get('web').status.conditions!.find(({ type }) => type === 'Ready')!.reason).toBe('PodFailed')
  })

  test('can be brought forward', () => {
    const cluster = make()
    create(cluster, {}, { activeDeadlineSeconds: 3600 })
    cluster.advance('30s')
    cluster.pods.update('web', (draft) => void (draft.spec.activeDeadlineSeconds = 40))
    cluster.advance('5s')
    expect(cluster.pods.get('web').status.phase).toBe('Running')
    cluster.advance('6s')
    expect(cluster.pods.get('web').status.reason).toBe('DeadlineExceeded')
  })

  test('counts while the pod comes up, and over a restart of its machine', () => {
    const cluster = make({ image: '*', pullError: 'not found' })
    create(cluster, {}, { activeDeadlineSeconds: 60 })
    cluster.advance('61s')
    expect(cluster.pods.get('web').status).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' })
    const crashed = make()
    create(crashed, {}, { activeDeadlineSeconds: 60 })
    crashed.advance('10s')
    crashed.faults.crashNode('node-0')
    crashed.advance('80s')
    crashed.faults.restartNode('node-0')
    crashed.advance('1s')
    expect(crashed.pods.get('web').status).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' })
  })

  test('that a pod ends before does nothing to it', () => {
    const cluster = make()
    create(cluster, {}, { activeDeadlineSeconds: 60, restartPolicy: 'Never' })
    cluster.advance('5m')
    expect(cluster.pods.get('web').status.phase).toBe('Succeeded')
    expect(cluster.pods.get('web').status.reason).toBeUndefined()
  })
})

describe("a container's own restart policy", () => {
  const batch = { image: 'web:*', run: '5s', exitCode: 42 } as const

  test.each<[string, object, object, string]>([
    ['Always in a pod that never restarts', { restartPolicy: 'Always' }, { restartPolicy: 'Never' }, 'Running'],
    ['Never in a pod that restarts', { restartPolicy: 'Never' }, { restartPolicy: 'OnFailure' }, 'Failed'],
    ['OnFailure in a pod that never restarts', { restartPolicy: 'OnFailure' }, { restartPolicy: 'Never' }, 'Running'],
    ['a rule for its exit code', rule('In', 42), { restartPolicy: 'Never' }, 'Running'],
    ['a rule for other exit codes', rule('NotIn', 42), { restartPolicy: 'Never' }, 'Failed'],
  ])('comes first: %s', (_, container, spec, phase) => {
    const cluster = make(batch)
    create(cluster, container, spec)
    cluster.advance('30s')
    expect(cluster.pods.get('web').status.phase).toBe(phase)
    expect(status(cluster).restartCount > 0).toBe(phase === 'Running')
  })

  test('may have all begun anew as often as it ends, a second after the kubelet has removed them', () => {
    const cluster = make({ image: 'web:*', run: '0s', start: '0s', exitCode: 42 })
    create(cluster, rule('In', 42, 'RestartAllContainers'), {
      containers: [{ name: 'web', image: 'web:1', ...rule('In', 42, 'RestartAllContainers') }],
    })
    cluster.settle()
    cluster.advance('1m')
    expect(status(cluster).restartCount).toBeGreaterThan(50)
    expect(status(cluster).restartCount).toBeLessThan(65)
  })

  test('may have all containers of its pod removed and begun anew, from the first init container on', () => {
    const cluster = make(batch, { image: 'init:*', run: '1s' }, { image: 'peer:*', run: 'forever', stop: '1s' })
    create(cluster, rule('In', 42, 'RestartAllContainers'), {
      restartPolicy: 'Never',
      initContainers: [{ name: 'init', image: 'init:1' }],
      containers: [
        { name: 'peer', image: 'peer:1' },
        { name: 'web', image: 'web:1', ...rule('In', 42, 'RestartAllContainers') },
      ],
    })
    const condition = (): unknown => cluster.pods.get('web').status.conditions!.at(-1)
    cluster.advance('5s')
    expect(condition()).toMatchObject({ type: 'AllContainersRestarting', status: 'False' })
    expect(condition()).not.toHaveProperty('observedGeneration')
    cluster.runUntil(() => cluster.pods.get('web').status.containerStatuses![1]!.state!.terminated !== undefined)
    expect(condition()).toMatchObject({
      type: 'AllContainersRestarting',
      status: 'True',
      reason: 'RestartAllContainersStarted',
      message: 'container exited with restart policy rule',
    })
    cluster.runUntil(() => cluster.pods.get('web').status.phase === 'Pending')
    expect(condition()).toMatchObject({ type: 'AllContainersRestarting', status: 'False' })
    const { initContainerStatuses, containerStatuses } = cluster.pods.get('web').status
    for (const status of [...initContainerStatuses!, ...containerStatuses!])
      expect(status).toMatchObject({
        restartCount: 1,
        lastState: {
          terminated: {
            exitCode: 137,
            reason: 'RestartingAllContainers',
            message: 'The container is removed because RestartAllContainers in place',
          },
        },
      })
    cluster.runUntil(() => cluster.pods.get('web').status.containerStatuses!.every(({ ready }) => ready))
    expect(cluster.pods.get('web').status.phase).toBe('Running')
    const killed = cluster.events.list().items.filter(({ reason }) => reason === 'Killing')
    expect(killed.map(({ message, involvedObject }) => [message, involvedObject!.fieldPath])).toEqual([
      ['killing', 'spec.containers{peer}'],
    ])
  })

  function rule(operator: string, code: number, action = 'Restart'): object {
    return {
      restartPolicy: 'Never',
      restartPolicyRules: [{ action, exitCodes: { operator, values: [code] } }],
    }
  }
})

describe('statuses', () => {
  test('say who runs, what is mounted and what the pod was given', () => {
    const cluster = make()
    const volumes = [{ name: 'tmp', emptyDir: {} }]
    const resources = { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '128Mi' } }
    const volumeMounts = [
      { name: 'tmp', mountPath: '/tmp' },
      { name: 'tmp', mountPath: '/ro', readOnly: true },
    ]
    const securityContext = { runAsUser: 1000, runAsGroup: 2000, fsGroup: 3000, supplementalGroups: [5, 2000] }
    const initContainers = [{ name: 'big', image: 'init:1', resources: { requests: { cpu: '1' } } }]
    create(
      cluster,
      { resources, volumeMounts },
      { volumes, securityContext, initContainers, automountServiceAccountToken: false },
    )
    cluster.settle()
    expect(cluster.pods.get('web').status).toMatchObject({
      allocatedResources: { cpu: '1', memory: '64Mi' },
      resources: { requests: { cpu: '1', memory: '64Mi' }, limits: { memory: '128Mi' } },
    })
    expect(status(cluster)).toMatchObject({
      user: { linux: { uid: 1000, gid: 2000, supplementalGroups: [2000, 5, 3000] } },
      volumeMounts: [
        { name: 'tmp', mountPath: '/tmp' },
        { name: 'tmp', mountPath: '/ro', readOnly: true, recursiveReadOnly: 'Disabled' },
      ],
    })
  })
})
