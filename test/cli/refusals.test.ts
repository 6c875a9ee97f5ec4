import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { controllerYaml, useWavetank } from './wavetank.ts'

const wavetank = useWavetank()
const pod = (name: string, containers: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\nspec: { containers: ${containers} }\n`

describe('wavetank run refuses, with exit status 1 and nothing run,', () => {
  const refused = (files: readonly (readonly [string, string])[], ...more: string[]): string => {
    const names = files.map(([name, text]) => wavetank.file(name, text))
    const { status, stdout, stderr } = wavetank.run(['run', ...names, ...more])
    expect(stdout).toBe('')
    expect(status).toBe(1)
    return stderr
  }

  test('YAML that does not parse, with line and column', () => {
    expect(refused([['bad.yaml', 'apiVersion: v1\nkind: Pod\nmetadata: { name: a\nspec: {}\n']])).toMatch(
      /^error: error parsing bad\.yaml: error converting YAML to JSON: yaml: line 4, column 1: .+\n$/,
    )
  })

  test('an object that breaks a rule, with file, object and field', () => {
    expect(refused([['rc.yaml', controllerYaml('web', -1)]])).toBe(
      'Error from server (Invalid): error when creating "rc.yaml": ReplicationController "web" is invalid: ' +
        'spec.replicas: Invalid value: -1: must be greater than or equal to 0\n',
    )
  })

  test('every object that is at fault, of every file', () => {
    const twice = pod('twice', '[{ name: a, image: a }, { name: a, image: a }]')
    const nowhere = pod('nowhere, namespace: missing', '[{ name: a, image: a }]')
    const said = refused([
      ['one.yaml', `${pod('fine', '[{ name: a, image: a }]')}---\n${twice}---\n${nowhere}`],
      ['two.yaml', 'kind: Pod\n'],
    ])
    expect(said.split('\n')).toEqual([
      'Error from server (Invalid): error when creating "one.yaml": Pod "twice" is invalid: spec.containers[1].name: Duplicate value: "a"',
      'Error from server (NotFound): error when creating "one.yaml": Pod "nowhere": namespaces "missing" not found',
      expect.stringMatching(/^error: error parsing two\.yaml: .*'apiVersion' is missing$/),
      '',
    ])
  })

  test('a journal that could not be written at the end, before anything begins', () => {
    wavetank.file('web.yaml', controllerYaml('web', 1))
    expect(wavetank.run(['run', 'web.yaml', '--journal', 'nowhere/run.journal'])).toEqual({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/^error: the journal cannot be written: ENOENT: .*nowhere\/run\.journal'\n$/),
    })
    expect(wavetank.run(['run', 'web.yaml', '--journal', '.'])).toMatchObject({ status: 1, stdout: '' })
  })

  test('and then a journal is left as it was, or not made', () => {
    wavetank.file('kept.journal', 'as it was')
    for (const name of ['kept.journal', 'new.journal'])
      expect(refused([['rc.yaml', controllerYaml('web', -1)]], '--journal', name)).toContain('spec.replicas')
    expect(readFileSync(join(wavetank.folder, 'kept.journal'), 'utf8')).toBe('as it was')
    expect(existsSync(join(wavetank.folder, 'new.journal'))).toBe(false)
  })

  test('a configuration of a scheduler that is none', () => {
    wavetank.file('web.yaml', controllerYaml('web', 1))
    const said = refused([['none.yaml', '\ta: b\n']], '--scheduler-config', 'none.yaml')
    expect(said).toMatch(/^error: none\.yaml: error converting YAML to JSON: /)
  })

  test('what is not there, and what is empty', () => {
    expect(wavetank.run(['run', 'nowhere.yaml'])).toEqual({
      status: 1,
      stdout: '',
      stderr: 'error: the path "nowhere.yaml" does not exist\n',
    })
    expect(refused([['empty.yaml', '# nothing\n']])).toBe('error: no objects passed to apply\n')
  })
})

describe('something that is not ready at the end makes the exit status 1, with the reasons:', () => {
  const unready = (manifest: string, ...more: string[]): string => {
    const { status, stderr } = wavetank.run(['run', '-', ...more], manifest)
    expect(status).toBe(1)
    return stderr
  }

  test('a pod that fits nowhere', () => {
    expect(unready(pod('big', '[{ name: a, image: a, resources: { requests: { cpu: 9 } } }]'))).toMatch(
      /^not ready at the end \(2020-01-01T00:10:00Z\):\n {2}pod\/big: Unschedulable: 0\/3 nodes are available: 3 Insufficient cpu\. /,
    )
  })

  test('a replication controller that is short of pods, and the pods it waits for', () => {
    const said = unready(controllerYaml('web', 4, '{ cpu: 3 }'))
    expect(said).toContain('  replicationcontroller/web: 3 of 4 replicas ready\n')
    expect(said).toMatch(/ {2}pod\/web-\w{5}: Unschedulable: 0\/3 nodes are available/)
  })

  test('a container that has only begun to start', () => {
    const said = unready(controllerYaml('web', 1), '--for', '1s')
    expect(said).toContain('  replicationcontroller/web: 0 of 1 replicas ready\n')
    expect(said).toMatch(/ {2}pod\/web-\w{5}: web: ContainerCreating\n/)
  })

  test('pods that ran on a node of which nothing is heard', () => {
    const pods = controllerYaml('web', 3)
    expect(unready(pods, '--for', '2m', '--crash', 'node-1@30s')).toMatch(
      / {2}pod\/web-\w{5}: Running on node-1, which is not ready: NodeStatusUnknown: Kubelet stopped posting node status\.\n/,
    )
  })

  test('a pod for a scheduler that does not exist', () => {
    const lost =
      'apiVersion: v1\nkind: Pod\nmetadata: { name: lost }\nspec: { schedulerName: none, containers: [{ name: a, image: a }] }\n'
    expect(unready(lost)).toContain('pod/lost: Pending: no scheduler named none has looked at it')
  })

  test('the same in --json', () => {
    const { status, stdout, stderr } = wavetank.run(['run', '-', '--json'], controllerYaml('web', 1, '{ cpu: 99 }'))
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' })
    const { unready: list } = JSON.parse(stdout) as { unready: { object: string; reasons: string[] }[] }
    expect(list.map(({ object }) => object)).toEqual(['replicationcontroller/web', expect.stringMatching(/^pod\/web-/)])
    expect(list[1]!.reasons[0]).toMatch(/3 Insufficient cpu/)
  })
})

describe('a command line that makes no sense ends with status 2 and says why:', () => {
  test.each([
    [['run'], "error: missing required argument 'FILE'"],
    [['run', '-', '--nodes', '-1'], 'Expected a whole number, 0 or more.'],
    [['run', '-', '--nodes', 'many'], 'Expected a whole number, 0 or more.'],
    [['run', '-', '--seed', '1.5'], 'Expected a whole number.'],
    [['run', '-', '--for', '-5m'], 'Expected a duration such as 250ms'],
    [['run', '-', '--for', '10'], 'Expected a duration such as 250ms'],
    [['run', '-', '--crash', 'node-1'], 'Expected NODE@TIME, such as node-1@30s.'],
    [['run', '-', '--crash', 'node-1@soon'], 'Expected a duration such as 250ms'],
    [['run', '-', '--crash', 'node-1@11m'], '--crash node-1@11m comes after the end; see --for'],
    [['run', '-', '--restart', 'node-7@1m'], '--restart node-7@1m: nodes "node-7" not found'],
    [['run', '-', '--strategy', 'guess'], 'Expected bestFit, indexed (the same, sooner), localOptimum:N'],
    [['run', '-', '--strategy', 'randomizedBest:0'], 'among must be a whole number of at least 1, got 0'],
    [['run', '-', '--strategy', 'localOptimum:0'], 'feasible must be a whole number of at least 1, got 0'],
    [['run', '-', '--for', '99999999h'], 'error: --for: it would end after the year 9999'],
    [['run', '-', '--journal', 'a', '--save', './a'], '--journal and --save name the same file: ./a'],
    [['experiment', '-', '--csv', 'a', '--html', 'a'], '--csv and --html name the same file: a'],
    [['run', '-', '--bogus'], "error: unknown option '--bogus'"],
    [['frob'], "error: unknown command 'frob'"],
    [['replay', 'x', '--until', 'later'], 'Expected a whole number, 0 or more.'],
    [['diff', 'x'], '(wavetank diff --help says more)'],
  ])('%j', (args, said) => {
    const { status, stdout, stderr } = wavetank.run(args, controllerYaml('web', 1))
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain(said)
  })

  test('no command at all shows the help', () => {
    const { status, stderr } = wavetank.run([])
    expect(status).toBe(2)
    expect(stderr).toContain('Usage: wavetank [options] [command]')
  })

  test('--help and --version end with status 0', () => {
    expect(wavetank.run(['run', '--help'])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('--crash <NODE@TIME>'),
    })
    expect(wavetank.run(['--version'])).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
  })
})
