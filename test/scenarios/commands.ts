import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { root } from '../../scripts/lib/run.ts'
import type { ClusterView, Deployment, KubeObject, Node, TableOptions } from '../../src/index.ts'
import type { Stage, Target } from './stage.ts'
import type { Command } from './transcript.ts'

type Act = (stage: Stage, command: Command) => string

const target = (stage: Stage, { words: [, ref = ''], options }: Command): Target => stage.target(ref, options['n'])

/** Names the first word of a ref where kubectl does not ask for one: `crash node-1`. */
const node = (stage: Stage, { words: [, name = ''] }: Command): Target => stage.target(`node/${name}`, undefined)

const selection = ({ options }: Command): TableOptions => ({
  ...(options['n'] === undefined ? {} : { namespace: options['n'] }),
  ...(options['A'] === undefined ? {} : { allNamespaces: true }),
  ...(options['l'] === undefined ? {} : { labelSelector: options['l'] }),
  ...(options['o'] === 'wide' ? { wide: true } : {}),
})

type Printer = (view: Pick<ClusterView, 'table' | 'describe'>, stage: Stage, command: Command) => string

/** What only reads, now or at a moment. */
const printers: Readonly<Record<string, Printer>> = {
  get(view, stage, command) {
    const [, types = '', name] = command.words
    const [type = '', own] = types.split('/')
    const asked = own ?? name
    if (asked === undefined) return view.table(types, selection(command))
    return view.table(type, {
      ...selection(command),
      name: stage.target(`${type}/${asked}`, command.options['n']).name,
    })
  },
  describe(view, stage, command) {
    const { resource, name, place } = target(stage, command)
    return view.describe(`${resource.definition.plural}/${name}`, place)
  },
}

const reads =
  (name: string): Act =>
  (stage, command) =>
    printers[name]!(stage.cluster, stage, command)

/** A change of labels, annotations or the like: `a=b` puts, `a-` takes away. */
const entries = (words: readonly string[]): Record<string, string | null> =>
  Object.fromEntries(
    words.map((word) => (word.endsWith('-') ? [word.slice(0, -1), null] : (word.split('=') as [string, string]))),
  )

const metadata =
  (field: 'labels' | 'annotations', done: string): Act =>
  (stage, command) => {
    const { client, name, place, printed } = target(stage, command)
    client.patch(name, { metadata: { [field]: entries(command.words.slice(2)) } }, place)
    return `${printed} ${done}`
  }

const rollouts: Readonly<Record<string, readonly [call: 'rollback' | 'pause' | 'resume' | 'restart', done: string]>> = {
  undo: ['rollback', 'rolled back'],
  pause: ['pause', 'paused'],
  resume: ['resume', 'resumed'],
  restart: ['restart', 'restarted'],
}

const text = ({ body, options }: Command): string =>
  options['f'] === undefined ? body : readFileSync(join(root, options['f']), 'utf8')

const single = (
  command: Command,
): { readonly apiVersion: string; readonly kind: string; readonly metadata: { readonly namespace?: string } } =>
  load(text(command)) as never

const client = (stage: Stage, command: Command): ReturnType<Stage['client']> => {
  const { apiVersion, kind } = single(command)
  return stage.cluster.resource<KubeObject>(`${apiVersion}/${kind}`)
}

const printed = (stage: Stage, { kind, metadata: { name } }: KubeObject): string =>
  stage.target(`${kind}/${name}`, undefined).printed

/** `kubectl taint`: `key=value:Effect` puts, `key:Effect-` takes away. */
function tainted({ spec: { taints = [] } }: Node, word: string): NonNullable<Node['spec']['taints']> {
  const [, key = '', value, effect = '', isGone] = /^([^=:]+)(?:=([^:]*))?:(\w+)(-?)$/u.exec(word)!
  const others = taints.filter((taint) => taint.key !== key || taint.effect !== effect)
  return isGone === '-' ? others : [...others, { key, ...(value === undefined ? {} : { value }), effect }]
}

/** Words and what they do; as kubectl has them, where it does. */
export const acts: Readonly<Record<string, Act>> = {
  apply(stage, command) {
    const { options } = command
    const isServer = options['server-side'] !== undefined
    const result = stage.cluster.apply(text(command), {
      ...(options['n'] === undefined ? {} : { namespace: options['n'] }),
      ...(isServer ? { serverSide: true } : {}),
      ...(options['field-manager'] === undefined ? {} : { fieldManager: options['field-manager'] }),
      ...(options['force-conflicts'] === undefined ? {} : { force: true }),
    })
    const lines = result.applied.map(
      ({ object, result: done }) => `${printed(stage, object)} ${isServer ? 'serverside-applied' : done}`,
    )
    return [...result.warnings.map((warning) => `Warning: ${warning}`), ...lines].join('\n')
  },
  create: (stage, command) => `${printed(stage, client(stage, command).create(single(command) as never))} created`,
  replace: (stage, command) => `${printed(stage, client(stage, command).update(single(command) as never))} replaced`,
  get: reads('get'),
  describe: reads('describe'),
  /** `at +90s get pods` */
  at(stage, command) {
    const [, moment = '', verb = '', ...words] = command.words
    const view = stage.cluster.at(stage.moment(moment))
    return printers[verb]!(view, stage, { ...command, words: [verb, ...words] })
  },
  delete(stage, command) {
    const { client: one, name, place, resource } = target(stage, command)
    const { 'grace-period': grace, cascade } = command.options
    one.delete(name, {
      ...place,
      ...(grace === undefined ? {} : { gracePeriodSeconds: Number(grace) }),
      ...(cascade === undefined ? {} : { propagationPolicy: `${cascade[0]!.toUpperCase()}${cascade.slice(1)}` }),
    })
    return `${resource.definition.kind.toLowerCase()} "${name}" deleted`
  },
  scale(stage, command) {
    const { client: one, name, place, printed: told } = target(stage, command)
    one.scale(name, Number(command.words[2]), place)
    return `${told} scaled`
  },
  /** `set image deploy/web web=web:2` */
  set(stage, { words: [, , ref = '', ...images], options }) {
    const { client: one, name, place, printed: told } = stage.target(ref, options['n'])
    const containers = images.map((word) => ({ name: word.split('=')[0], image: word.split('=')[1] }))
    const spec = told.startsWith('pod/') ? { containers } : { template: { spec: { containers } } }
    one.patch(name, { spec }, place)
    return `${told} image updated`
  },
  patch(stage, command) {
    const { client: one, name, place, printed: told } = target(stage, command)
    one.patch(name, load(command.body) as object, place)
    return `${told} patched`
  },
  rollout(stage, { words: [, verb = '', ref = ''], options }) {
    const { client: whose, name, place, printed: told } = stage.target(ref, options['n'])
    const [call, done] = rollouts[verb]!
    const commands = whose as unknown as Record<typeof call, (name: string, place: object) => unknown>
    commands[call](name, place)
    return `${told} ${done}`
  },
  label: metadata('labels', 'labeled'),
  annotate: metadata('annotations', 'annotated'),
  taint(stage, command) {
    const { name, printed: told } = node(stage, command)
    stage.cluster.nodes.update(name, (draft) => {
      for (const word of command.words.slice(2)) draft.spec.taints = tainted(draft as Node, word) as never
    })
    return `${told} tainted`
  },
  cordon(stage, command) {
    const { name, printed: told } = node(stage, command)
    stage.cluster.cordon(name)
    return `${told} cordoned`
  },
  uncordon(stage, command) {
    const { name, printed: told } = node(stage, command)
    stage.cluster.uncordon(name)
    return `${told} uncordoned`
  },
  /** Tells who went, and who is still there and why; with -q, without what happens meanwhile. */
  drain(stage, command) {
    const { options } = command
    const { name, printed: told } = node(stage, command)
    const result = stage.cluster.drain(name, {
      force: options['force'] !== undefined,
      ignoreDaemonSets: options['ignore-daemonsets'] !== undefined,
      ...(options['timeout'] === undefined ? {} : { timeout: options['timeout'] }),
    })
    const happened = stage.happened()
    return [
      ...(options['q'] === undefined ? [happened] : []),
      ...result.evicted.map((pod) => `pod/${pod} evicted`),
      ...result.blocked.map(
        ({ pod, reason, budgets }) => `pod/${pod} blocked by ${budgets.join(', ') || 'nobody'}: ${reason}`,
      ),
      result.blocked.length === 0 ? `${told} drained` : `${told} not drained`,
    ].join('\n')
  },
  crash(stage, command) {
    stage.cluster.faults.crashNode(node(stage, command).name)
    return ''
  },
  restart(stage, command) {
    stage.cluster.faults.restartNode(node(stage, command).name)
    return ''
  },
  /** `partition node-1`: node and API server do not reach each other, until `heal`. */
  partition: (stage, command) => (stage.cluster.faults.partitionNode(node(stage, command).name), ''),
  outage: (stage) => (stage.cluster.faults.stopApiServer(), ''),
  heal: (stage) => (stage.cluster.faults.heal(), ''),
  /** `stop replicaset-controller`, `start replicaset-controller` */
  stop: (stage, { words: [, name = ''] }) => (stage.cluster.controllers.crash(name), ''),
  start: (stage, { words: [, name = ''] }) => (stage.cluster.controllers.restart(name), ''),
  /** With -q, without what happens meanwhile. */
  advance(stage, { words: [, duration = ''], options }) {
    stage.cluster.advance(duration)
    const happened = stage.happened()
    return options['q'] === undefined ? happened : ''
  },
  settle(stage, { options }) {
    stage.cluster.settle()
    const happened = stage.happened()
    return options['q'] === undefined ? happened : ''
  },
  /** `wait deploy/web --for=Available` */
  wait(stage, command) {
    const { client: one, name, place, printed: told } = target(stage, command)
    const wanted = command.options['for']!
    const holds = (): boolean =>
      (one.find(name, place) as Deployment | undefined)?.status.conditions?.some(
        ({ type, status }) => type === wanted && status === 'True',
      ) === true
    stage.cluster.runUntil(holds)
    stage.happened()
    return `${told} condition met`
  },
  logs(stage, command) {
    const { name, place } = stage.target(`pod/${command.words[1]!}`, command.options['n'])
    return stage.cluster.pods.log(name, place)
  },
  explain(stage, command) {
    const { name, place } = stage.target(`pod/${command.words[1]!}`, command.options['n'])
    return String(stage.cluster.explain(name, place))
  },
  why(stage, command) {
    const { resource, name, place } = target(stage, command)
    const at = command.options['at']
    const revision = at === undefined ? {} : { revision: stage.cluster.at(stage.moment(at)).revision }
    return String(stage.cluster.why(`${resource.definition.plural}/${name}`, { ...place, ...revision }))
  },
  diff(stage, { words: [, from = '', to = 'now'], options }) {
    const diff = stage.cluster.diff(stage.moment(from), stage.moment(to))
    return diff.text({ everything: options['all'] !== undefined, brief: options['brief'] !== undefined })
  },
  /** Gives the revision of now a name. */
  mark(stage, { words: [, name = ''] }) {
    stage.marks.set(name, stage.cluster.revision)
    return ''
  },
  fork: (stage) => (stage.fork(), ''),
  leave: (stage) => (stage.leave(), ''),
}
