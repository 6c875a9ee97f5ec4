import { expect } from 'vitest'
import type { KubeEvent, Node, Pod } from '../../src/api/types/core.ts'
import { serviceUnavailable } from '../../src/api/errors.ts'
import { assemble, type Parts } from '../../src/assemble.ts'
import { latenciesOf } from '../../src/client/latency.ts'
import type { Link } from '../../src/client/link.ts'
import { Memory } from '../../src/kernel/memory.ts'
import type { Behaviour } from '../../src/node/behaviour.ts'
import { Kubelets } from '../../src/node/kubelets.ts'
import type { MishapMessage } from '../../src/node/messages.ts'
import { expandTemplates, type NodeTemplate } from '../../src/node/nodeTemplate.ts'

/** 2020-01-01T00:00:00Z */
const epoch = 1_577_836_800_000

export interface RigOptions {
  readonly nodes?: number | readonly NodeTemplate[]
  readonly behaviours?: readonly Behaviour[]
  readonly seed?: number
  readonly revisions?: number
  /** Whether the kubelets reach the API; always unless given. */
  readonly isReachable?: () => boolean
}

/** Nodes and an API, and nothing else: whoever uses it binds pods itself. */
export interface Rig {
  readonly parts: Parts
  readonly kubelets: Kubelets
  /** Milliseconds since the beginning. */
  readonly time: number
  create(name: string, spec: object, node?: string): Pod
  find(name: string): Pod | undefined
  pod(name: string): Pod
  node(name: string): Node
  delete(name: string, gracePeriodSeconds?: number): void
  power(type: 'crash' | 'restart', node: string): void
  /** What a fault tells the kubelets. */
  befall(message: MishapMessage): void
  /** Lets so many milliseconds pass. */
  advance(ms: number): void
  /** Until no work is left. */
  settle(): void
  events(name: string): KubeEvent[]
  /** The events' reasons, in order. */
  reasons(name: string): string[]
  /** Every state of a pod so far, oldest first. */
  states(name: string): Pod[]
  fork(): Rig
}

export function createRig(options: RigOptions = {}): Rig {
  const memory = new Memory()
  const rig = over(memory, options)
  const { parts, kubelets } = rig
  parts.kernel.begin(options.seed ?? 0, epoch)
  const context = { actor: 'test', cause: 0, at: epoch }
  for (const name of ['default', 'kube-node-lease']) {
    parts.server.create(
      parts.server.resource('namespaces'),
      '',
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
      context,
    )
  }
  kubelets.register(expandTemplates(options.nodes ?? 1))
  parts.watches.deliver()
  return rig
}

function over(memory: Memory, options: RigOptions, parent?: Parts): Rig {
  const blueprint = {
    epoch,
    latencies: latenciesOf(),
    controllers: [],
    schedulers: [],
    behaviours: [],
    managers: 1,
    disable: ['kubelet', 'scheduler', 'replication-controller', 'endpoint-controller'],
    eventTtlMs: 0,
    freeze: true,
    revisions: options.revisions ?? Infinity,
    runs: true,
  }
  const parts = assemble(memory, blueprint, parent)
  const { kernel, server, watches, store } = parts
  const environment = {
    ...parts.environment,
    link: (actor: string) => gated(parts.environment.link(actor), options.isReachable),
  }
  const kubelets = new Kubelets(environment, options.behaviours)
  kernel.register(kubelets)
  const pods = server.resource('pods')
  const context = (): { actor: string; cause: number; at: number } => ({ actor: 'test', cause: 0, at: kernel.now })
  const run = (end: number, isDone: () => boolean): void => {
    while (kernel.isDue(end) && !isDone()) {
      kernel.take()
      watches.deliver()
    }
  }
  const find = (name: string): Pod | undefined => server.find(pods, 'default', name) as Pod | undefined
  const events = (name: string): KubeEvent[] => {
    const { items } = server.list(server.resource('events'), {
      namespace: 'default',
      fieldSelector: `involvedObject.name=${name}`,
    })
    return [...(items as KubeEvent[])].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
  }
  return {
    parts,
    kubelets,
    get time() {
      return kernel.now - epoch
    },
    create: (name, spec, node = 'node-0') => {
      const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' }, spec }
      const made = server.create(pods, 'default', body, context())
      server.bind('default', name, made.metadata.uid, node, context())
      watches.deliver()
      return find(name)!
    },
    find,
    pod: (name) => server.get(pods, 'default', name) as Pod,
    node: (name) => server.get(server.resource('nodes'), '', name) as Node,
    delete: (name, gracePeriodSeconds) => {
      server.delete(pods, 'default', name, { gracePeriodSeconds }, context())
      watches.deliver()
    },
    power: (type, node) => {
      kernel.interrupt('kubelet', { type, node })
      watches.deliver()
    },
    befall: (message) => {
      kernel.interrupt('kubelet', message)
      watches.deliver()
    },
    advance: (ms) => {
      const end = kernel.now + ms
      run(end, () => false)
      kernel.moveTo(end)
    },
    settle: () => run(kernel.now + 3_600_000, () => kernel.work === 0),
    events,
    reasons: (name) => events(name).flatMap(({ reason, count }) => (count === 1 ? [reason!] : [`${reason} ×${count}`])),
    states: (name) =>
      store.changes(0).flatMap(({ type, value }) => {
        const object = value as Pod
        return type === 'put' && object.kind === 'Pod' && object.metadata.name === name ? [object] : []
      }),
    fork: () => over(memory.fork(), options, parts),
  }
}

/** A link that refuses every call while the API cannot be reached. */
function gated(link: Link, isReachable: () => boolean = () => true): Link {
  return new Proxy(link, {
    get: (target, property) => {
      const value = Reflect.get(target, property) as unknown
      if (typeof value !== 'function' || property === 'resource') return value
      return (...given: unknown[]): unknown => {
        if (!isReachable()) throw serviceUnavailable('the API cannot be reached')
        return Reflect.apply(value, target, given)
      }
    },
  })
}

/** What a container's status says of the token of its account. */
export const tokenMount: object = {
  name: expect.stringMatching(/^kube-api-access-/),
  mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
  readOnly: true,
  recursiveReadOnly: 'Disabled',
}

export const web: object = { containers: [{ name: 'app', image: 'web:1' }] }
