import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root, run } from '../../scripts/lib/run.ts'
import { type Cluster, createCluster } from '../../src/index.ts'
import { definitions } from '../../src/registries/all.ts'
import { hasProgram } from '../support/system.ts'
import { catchUp, epochBefore, type Kubectl, kubectlFor } from './kubectlReads.ts'

/** The kubectl whose words ours are; older ones say some things in another way. */
const NEW = 36

const present = hasProgram('kubectl')
const version = present ? run('kubectl', ['version', '--client', '--output=json']).stdout : '{}'
const { clientVersion = {} } = JSON.parse(version) as { clientVersion?: { minor?: string } }
/** A build without a version is of the newest source. */
const minor = Number.parseInt(clientVersion.minor || String(NEW), 10)

let cluster: Cluster
let kubectl: Kubectl

beforeAll(async () => {
  if (!present) return
  // kubectl tells ages by the clock of the wall, to the minute from the third to the 180th.
  cluster = createCluster({
    seed: 7,
    // What stands on the node that fails stays there to be read.
    disable: ['taint-eviction-controller'],
    nodes: [
      {
        name: 'node-0',
        labels: { 'node-role.kubernetes.io/control-plane': '' },
        taints: [{ key: 'busy', effect: 'NoSchedule' }],
      },
      { name: 'node-1', labels: { zone: 'b', gpu: 'yes' } },
    ],
    epoch: epochBefore(30 * 60_000),
    behaviours: [
      { image: 'flaky:*', run: '1m', exitCode: 3 },
      { image: 'job:*', run: '5s' },
    ],
  })
  cluster.apply(readFileSync(join(root, 'test/conformance/everything.yaml'), 'utf8'))
  // Nobody makes the claims of ephemeral volumes.
  const { uid } = cluster.pods.get('rich', { namespace: 'rich' }).metadata
  const owner = { apiVersion: 'v1', kind: 'Pod', name: 'rich', uid, controller: true, blockOwnerDeletion: true }
  cluster.persistentVolumeClaims.create({
    metadata: { name: 'rich-own', namespace: 'rich', labels: { type: 'own' }, ownerReferences: [owner] },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  })
  cluster.advance('2m')
  // Labels, a status and a deletion that no manifest brings.
  cluster.nodes.update('node-1', (draft) => {
    draft.spec.unschedulable = true
    draft.spec.taints = [
      { key: 'dedicated', value: 'db', effect: 'NoSchedule' },
      { key: 'full', effect: 'NoExecute' },
    ]
  })
  cluster.faults.crashNode('node-1')
  cluster.pods.delete('rich', { namespace: 'rich', gracePeriodSeconds: 30 })
  catchUp(cluster)
  kubectl = await kubectlFor(cluster)
})
afterAll(() => kubectl?.close())

/** Whether a minute turned between the two is found out by asking again. */
async function same(ours: () => string, ...args: string[]): Promise<void> {
  for (let tries = 3; ; tries--) {
    catchUp(cluster)
    const [our, their] = [ours(), await kubectl.run(...args)].map(asBefore)
    if (our !== their && tries > 1) continue
    expect(our).toBe(their)
    return
  }
}

/** Lines that have come since, or have gone. */
const CHANGED = new RegExp(
  `^\\s*(?:${[
    ...['Kube-Proxy Version', 'Mountable secrets', 'Tokens', 'Time Zone', 'Namespace', 'AppProtocol'],
    ...['Optional', 'SecretOptionalName', 'ConfigMapOptional'],
  ].join('|')}):`,
  'u',
)

/** What older kubectls say too: then columns are not as wide, and data stands in any order. */
function asBefore(text: string): string {
  if (minor >= NEW) return text
  const lines = text
    .split('\n')
    .filter((line) => !CHANGED.test(line))
    .map((line) =>
      line
        .replace(/^(\s*(?:Host )?Ports?:.*)$/u, (ports) => ports.replaceAll(/(\/[A-Z]+) \([\w-]+\)/gu, '$1'))
        .replace('TLSVerify', 'TLS Verify')
        .replace(/spec\.\w+\{[\w-]+\}: /u, '')
        .replaceAll(/ {2,}/gu, '  '),
    )
  return (lines.includes('Data') ? lines.sort() : lines).join('\n')
}

/** kubectl knows nothing of minions: they are described as the nodes they are. */
const kinds = definitions.filter(({ isAction, viewOf }) => isAction !== true && viewOf === undefined)
const nameOf = ({ group, plural }: (typeof kinds)[number]): string => (group === '' ? plural : `${plural}.${group}`)
const all = { allNamespaces: true } as const

describe.skipIf(!present)('against kubectl', () => {
  test.each(kinds.map((kind) => [nameOf(kind)]))('get %s', async (name) => {
    await same(() => cluster.table(name, { ...all, wide: true }), 'get', name, '--all-namespaces', '--output=wide')
  })

  test('get several kinds, one namespace, one object, those with a label', async () => {
    const namespace = 'rich'
    await same(() => cluster.table('po,deploy,pvc', { namespace }), 'get', 'po,deploy,pvc', '-n', namespace)
    await same(() => cluster.table('pods', { namespace, name: 'done' }), 'get', 'pods', 'done', '-n', namespace)
    const labelSelector = 'app in (web,old)'
    await same(
      () => cluster.table('pods', { namespace, labelSelector }),
      'get',
      'pods',
      '-n',
      namespace,
      '-l',
      labelSelector,
    )
    await same(() => cluster.table('all', { namespace }), 'get', 'all', '-n', namespace)
    await same(() => cluster.table('pods'), 'get', 'pods')
    await same(() => cluster.table('pods', all), 'get', 'pods', '-A')
    await same(() => cluster.table('pods', { ...all, labelSelector: 'x=y' }), 'get', 'pods', '-A', '-l', 'x=y')
  })

  test.each(kinds.map((kind) => [nameOf(kind), kind.namespaced]))('describe %s', async (name) => {
    const found = cluster.table(name, all).split('\n').length - 2
    // Events are told of an only one; older kubectls tell them of several too.
    const flags = found > 1 ? ['--show-events=false'] : []
    await same(() => cluster.describe(name, all), 'describe', name, '--all-namespaces', ...flags)
  })

  test('describe all of a namespace', async () => {
    const rich = ['all', '-n', 'rich', '--show-events=false']
    await same(() => cluster.describe('all', { namespace: 'rich' }), 'describe', ...rich)
  })

  test('describe a custom resource', async () => {
    await same(() => cluster.describe('wd/one', { namespace: 'rich' }), 'describe', 'wd/one', '-n', 'rich')
  })

  test.each(['rich', 'flaky', 'done', 'stuck', 'gated'])('describe pod/%s with its events', async (name) => {
    await same(() => cluster.describe(`pod/${name}`, { namespace: 'rich' }), 'describe', `pod/${name}`, '-n', 'rich')
  })

  test.each(['node/node-0', 'node/node-1', 'rc/old', 'svc/web', 'pv/disk', 'cm/settings', 'hpa/web'])(
    'describe %s with its events',
    async (ref) => {
      await same(() => cluster.describe(ref, { namespace: 'rich' }), 'describe', ref, '-n', 'rich')
    },
  )
})
