import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { controllerYaml, serviceYaml, useWavetank } from './wavetank.ts'

const wavetank = useWavetank()
const shop = `${controllerYaml('web', 3)}---\n${serviceYaml('web')}`

describe('wavetank run', () => {
  test('tells what happened, then shows pods, nodes, controllers and endpoints', () => {
    const { status, stdout, stderr } = wavetank.run(['run', wavetank.file('shop.yaml', shop)])
    expect(stderr).toBe('')
    expect(status).toBe(0)
    expect(stdout).toMatch(/^3 nodes, seed 0\n\nTIME +COMPONENT +OBJECT +WHAT HAPPENED\n\+0\.0s +kubernetes-admin/)
    expect(stdout).toMatch(/\+1\.5s +replication-controller replicationcontroller\/web +3 of 3 ready/)
    expect(stdout.match(/default +web-\w{5} +1\/1 +Running/g)).toHaveLength(3)
    expect(stdout.match(/^node-\d +Ready/gm)).toHaveLength(3)
    expect(stdout).toMatch(/default +web +10\.244\.\d\.2:80,10\.244\.\d\.2:80,10\.244\.\d\.2:80 /)
    expect(stdout).toMatch(/history hash +[0-9a-f]{64}\n/)
    expect(stdout).not.toMatch(/lease/i)
  })

  test('times stand in order, as seconds after the beginning', () => {
    const { stdout } = wavetank.run([
      'run',
      wavetank.file('shop.yaml', shop),
      '--crash',
      'node-1@1m',
      '--restart=node-1@90s',
    ])
    const times = [...stdout.matchAll(/^\+(\d+\.\d)s /gm)].map(([, seconds]) => Number(seconds))
    expect(times.length).toBeGreaterThan(10)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(stdout).toMatch(/\+60\.0s +fault +node\/node-1 +the power fails/)
    expect(stdout).toMatch(/\+90\.0s +kubelet node-1 +node\/node-1 +Warning Rebooted: /)
  })

  test('warns of kinds that nothing acts on', () => {
    const roles = ['a', 'b', 'c', 'd'].map(
      (name) => `apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: ${name}}\n---\n`,
    )
    const { stdout } = wavetank.run(['run', wavetank.file('roles.yaml', `${roles.join('')}${shop}`)])
    expect(stdout).toMatch(/^warning: Role is kept, but nothing acts on it yet: a, b, c and 1 more$/m)
  })

  test('warns of what definitions say that nobody acts on, and of custom objects that have no controller', () => {
    const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.example.com }
spec:
  group: example.com
  scope: Namespaced
  names: { plural: widgets, kind: Widget }
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
  conversion:
    strategy: Webhook
    webhook: { conversionReviewVersions: [v1], clientConfig: { url: 'https://widgets.example.com/convert' } }
---
apiVersion: example.com/v1
kind: Widget
metadata: { name: a }
`
    const args = ['run', wavetank.file('widgets.yaml', definition), '--for', '1s']
    const { warnings } = JSON.parse(wavetank.run([...args, '--json']).stdout) as { warnings: readonly string[] }
    expect(warnings).toEqual([
      'customresourcedefinition/widgets.example.com: spec.conversion.webhook is kept, but not called: objects convert as with the strategy None',
      'Widget is kept, but nothing acts on it yet: a',
    ])
    for (const warning of warnings) expect(wavetank.run(args).stdout).toContain(`\nwarning: ${warning}\n`)
  })

  test('what many objects do in one moment is one line', () => {
    const { stdout } = wavetank.run([
      'run',
      wavetank.file('many.yaml', controllerYaml('many', 40, '{ cpu: 50m }')),
      '--nodes=20',
    ])
    expect(stdout).toMatch(/pod\/many-\w{5} and 39 more +Scheduled\n/)
    expect(stdout.split('\nNAMESPACE')[0]!.split('\n').length).toBeLessThan(20)
  })

  test('reads standard input, and the manifests of a folder by name', () => {
    mkdirSync(join(wavetank.folder, 'both'), { recursive: true })
    for (const [name, text] of [
      ['b.yml', serviceYaml('web')],
      ['a.json', JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'first' } })],
      ['notes.txt', 'not a manifest'],
    ] as const)
      writeFileSync(join(wavetank.folder, 'both', name), text)
    const { status, stdout } = wavetank.run(['run', 'both', '-', '--json'], controllerYaml('web', 1))
    expect(status).toBe(0)
    const created = (JSON.parse(stdout) as { timeline: { component: string; object: string }[] }).timeline
    expect(created.filter(({ component }) => component === 'kubernetes-admin').map(({ object }) => object)).toEqual([
      'namespace/first',
      'service/web',
      'replicationcontroller/web',
    ])
  })

  test('--json prints one object with everything in it, and the hash of the run in text', () => {
    const args = ['run', wavetank.file('shop.yaml', shop), '--seed', '5', '--for', '1m']
    const { stdout } = wavetank.run([...args, '--json'])
    const result = JSON.parse(stdout) as Record<string, unknown[]> & { hash: string; time: string; seed: number }
    expect(Object.keys(result).sort()).toEqual(
      'cronJobs daemonSets deployments endpoints hash jobs nodes pods replicaSets replicationControllers revision seed skipped statefulSets time timeline unready warnings'.split(
        ' ',
      ),
    )
    expect(result).toMatchObject({ seed: 5, time: '2020-01-01T00:01:00Z', skipped: [], unready: [], warnings: [] })
    expect(result['pods']).toHaveLength(3)
    expect(result['timeline']).toContainEqual({
      seconds: 0,
      time: '2020-01-01T00:00:00.000000Z',
      component: 'kubernetes-admin',
      object: 'service/web',
      what: 'created',
    })
    expect(wavetank.run(args).stdout).toContain(result.hash)
  })

  test('another seed gives another history', () => {
    const hashOf = (seed: string): string => {
      const { stdout } = wavetank.run(['run', wavetank.file('shop.yaml', shop), '--seed', seed, '--json'])
      return (JSON.parse(stdout) as { hash: string }).hash
    }
    expect(hashOf('1')).toBe(hashOf('1'))
    expect(hashOf('1')).not.toBe(hashOf('2'))
  })

  const job = `apiVersion: batch/v1
kind: Job
metadata: { name: work }
spec:
  backoffLimit: 0
  template: { spec: { restartPolicy: Never, containers: [{ name: main, image: 'work:1' }] } }
`

  test('a job is done after a second, or as its behaviours say', () => {
    const file = wavetank.file('job.yaml', job)
    const done = wavetank.run(['run', file])
    expect([done.status, done.stderr]).toEqual([0, ''])
    expect(done.stdout).toMatch(/^default +work +Complete +1\/1 /m)
    const behave = (text: string): ReturnType<typeof wavetank.run> =>
      wavetank.run(['run', file, '--behaviours', wavetank.file('images.yaml', text)])
    const failed = behave(`behaviours: [{ image: 'work:*', exitCode: 3, run: 2s }]`)
    expect(failed.status).toBe(1)
    expect(failed.stderr).toMatch(
      /: *\n +job\/work: BackoffLimitExceeded: Job has reached the specified backoff limit\n$/,
    )
    const endless = behave(`[{ image: 'work:*', run: forever }]`)
    expect(endless.status).toBe(1)
    expect(endless.stderr).toMatch(/ +job\/work: not ended after 10m: 0 of 1 completions, 1 pods active\n$/)
    const wrong = behave(`[{ image: 'work:*', run: soon }]`)
    expect([wrong.status, wrong.stdout]).toEqual([1, ''])
    expect(wrong.stderr).toMatch(/images\.yaml: behaviours\[0\]\.run: invalid duration "soon"/)
    expect(behave('image: a').stderr).toMatch(/images\.yaml: expected one list of behaviours/)
  })

  test('a job of a cron job may run until the next is due', () => {
    const cron = (schedule: string): string => `apiVersion: batch/v1
kind: CronJob
metadata: { name: often }
spec:
  schedule: '${schedule}'
  jobTemplate:
    spec: { template: { spec: { restartPolicy: Never, containers: [{ name: main, image: 'work:1' }] } } }
`
    const behaviours = wavetank.file('images.yaml', `[{ image: 'work:*', run: forever }]`)
    const run = (schedule: string): ReturnType<typeof wavetank.run> =>
      wavetank.run(['run', wavetank.file('cron.yaml', cron(schedule)), '--behaviours', behaviours])
    expect(run('5 * * * *').status).toBe(0)
    const often = run('*/4 * * * *')
    expect(often.status).toBe(1)
    expect(often.stderr.match(/job\/often-\d+: not ended after/g)).toHaveLength(1)
  })

  test('kinds that are not simulated are named and left out', () => {
    const widget = `apiVersion: example.com/v1\nkind: Widget\nmetadata: { name: api }\nspec: {}\n`
    const { status, stdout } = wavetank.run(['run', wavetank.file('mixed.yaml', `${widget}---\n${shop}`)])
    expect(status).toBe(0)
    expect(stdout).toContain('skipped widget/api of mixed.yaml: Widget is not simulated\n')
    const alone = wavetank.run(['run', wavetank.file('alone.yaml', widget)])
    expect(alone.status).toBe(1)
    expect(alone.stderr).toBe('error: nothing to run\nskipped widget/api of alone.yaml: Widget is not simulated\n')
  })

  test('fields that nothing acts on yet are named', () => {
    const claims = '[{ name: gpu, resourceClaimName: gpu }]'
    const pod = `apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec:\n  resourceClaims: ${claims}\n  containers: [{ name: a, image: a }]\n`
    const { stdout } = wavetank.run(['run', '-'], pod)
    expect(stdout).toContain('warning: pod/a: spec.resourceClaims is kept, but nothing acts on it yet\n')
  })

  test('--strategy decides which nodes are examined', () => {
    const file = wavetank.file('shop.yaml', shop)
    const nodesOf = (strategy: string): unknown[] => {
      const { stdout } = wavetank.run(['run', file, '--strategy', strategy, '--nodes', '9', '--json'])
      const { pods } = JSON.parse(stdout) as { pods: { spec: { nodeName: string } }[] }
      return pods.map(({ spec }) => spec.nodeName).sort()
    }
    expect(nodesOf('bestFit')).toEqual(['node-0', 'node-1', 'node-2'])
    expect(nodesOf('localOptimum:4')).toEqual(['node-0', 'node-1', 'node-4'])
  })

  test('text is UTF-8 or UTF-16 with its mark, from a file or standard input, and nothing else', () => {
    const pod = (name: string): string =>
      `{ apiVersion: v1, kind: ConfigMap, metadata: { name: ${name} }, data: { a: 'é' } }`
    const little = Buffer.from(`\ufeff${pod('little')}`, 'utf16le')
    for (const [name, bytes] of [
      ['little', little],
      ['big', Buffer.from(`\ufeff${pod('big')}`, 'utf16le').swap16()],
      ['marked', Buffer.from(`\ufeff${pod('marked')}`)],
    ] as const) {
      writeFileSync(join(wavetank.folder, 'text.yaml'), bytes)
      for (const line of ['wavetank run text.yaml --for 1s', 'cat text.yaml | wavetank run - --for 1s'])
        expect(wavetank.shell(line)).toMatchObject({
          status: 0,
          stderr: '',
          stdout: expect.stringContaining(`configmap/${name} `) as string,
        })
    }
    writeFileSync(join(wavetank.folder, 'latin.yaml'), Buffer.from(pod('latin'), 'latin1'))
    expect(wavetank.run(['run', 'latin.yaml'])).toEqual({
      status: 1,
      stdout: '',
      stderr: 'error: latin.yaml is no text: neither UTF-8 nor UTF-16\n',
    })
  })

  test('what manifests say cannot speak to the terminal', () => {
    const pod =
      'kind: Pod, apiVersion: v1, metadata: { name: red }, spec: { containers: [{ name: a, image: "a\\e[31m" }] }'
    const { stdout, stderr } = wavetank.run(['run', '-', '--for', '5s'], `{ ${pod} }`)
    expect(stdout).toContain('InspectFailed: Failed to apply default image tag "a^[[31m"')
    expect(stderr).toContain('a^[[31m')
    expect(stdout + stderr).not.toContain('\u001b')
  })

  test('output that cannot be written is an error', () => {
    const { status, stderr } = wavetank.shell(`wavetank run ${wavetank.file('shop.yaml', shop)} > /dev/full`)
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringMatching(/^error: the output cannot be written: ENOSPC: .*\n$/),
    })
  })

  test('a reader that goes away ends it quietly', () => {
    const { status, stdout, stderr } = wavetank.shell(
      `wavetank run ${wavetank.file('shop.yaml', shop)} --for 10h | head -n 1`,
    )
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '3 nodes, seed 0\n', stderr: '' })
  })
})
