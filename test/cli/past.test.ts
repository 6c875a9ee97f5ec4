import { beforeAll, describe, expect, test } from 'vitest'
import type { Difference, Cause } from '../../src/index.ts'
import { controllerYaml, useWavetank } from './wavetank.ts'

const wavetank = useWavetank()

beforeAll(() => {
  const file = wavetank.file('web.yaml', controllerYaml('web', 2))
  const faults = ['--crash', 'node-1@30s', '--restart', 'node-1@45s']
  wavetank.run(['run', file, ...faults, '--for', '1m', '--journal', 'run.journal', '--save', 'run.save'])
})

const out = (...args: string[]): string => {
  const { status, stdout, stderr } = wavetank.run(args)
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return stdout
}
const refusal = (...args: string[]): string => {
  const { status, stdout, stderr } = wavetank.run(args)
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  return stderr
}

describe.each(['run.journal', 'run.save'])('%s', (file) => {
  test('wavetank why tells what led to an object being as it is', () => {
    const text = out('why', file, 'node/node-1')
    expect(text).toMatch(/^TIME +REVISION +WHO +WHAT\n\+45\.0s +- +fault +the power of node-1 comes back\n/u)
    expect(out('why', file, 'node', 'node-1')).toBe(text)
    expect(out('why', file, 'rc', 'we', '--at', '+1s')).toMatch(
      /\n\+0\.0s +\d+ +kubernetes-admin +created replicationcontroller\/web/u,
    )
    const causes = JSON.parse(out('why', file, 'lease/node-1', '-n', 'kube-node-lease', '--json')) as Cause[]
    expect(causes.at(-1)).toMatchObject({ actor: 'kubelet node-1', what: 'created lease/kube-node-lease/node-1' })
  })

  test('wavetank diff tells what differs between two moments', () => {
    const text = out('diff', file, '+0s', '2020-01-01T00:00:05Z', '--brief')
    expect(text).toMatch(/^--- revision \d+, 2020-01-01T00:00:00Z\n\+\+\+ revision \d+, 2020-01-01T00:00:05Z\n/u)
    expect(text).toMatch(/\n~ v1 ReplicationController default\/web\n {2}status:\n\+ {3}availableReplicas: 2\n/u)
    expect(out('diff', file, '+44s', 'now')).toMatch(/\n~ v1 Node node-1\n/u)
    expect(out('diff', file, '+10s', '+20s')).toMatch(
      /\nNothing differs\.\n\nLeft out: what always changes of 3 objects\.\n$/u,
    )
    expect(out('diff', file, '+10s', '+20s', '--all')).toMatch(
      /\n~ coordination\.k8s\.io\/v1 Lease kube-node-lease\/node-0\n/u,
    )
    const differences = JSON.parse(out('diff', file, '+10s', '+20s', '--json')) as Difference[]
    expect(differences.map(({ ref }) => ref.name)).toEqual(['node-0', 'node-1', 'node-2'])
  })

  test('what is not there, or no moment, is refused', () => {
    expect(refusal('why', file, 'pod/nobody')).toBe('error: pods "nobody" not found\n')
    expect(refusal('why', file, 'pod web-')).toMatch(/^error: several begin with "web-": web-\w{5}, web-\w{5}\n$/u)
    expect(refusal('diff', file, 'noon', 'now')).toBe(
      'error: "noon" is neither a revision, nor a time such as +90s, nor now\n',
    )
    expect(refusal('diff', file, '+5x', 'now')).toMatch(/^error: "\+5x" is neither/u)
    expect(refusal('diff', file, '1', '99999')).toMatch(/^error: required revision 99999 is a future revision/u)
    expect(refusal('diff', file, '+1h', 'now')).toMatch(/^error: time: 2020-01-01T01:00:00Z is yet to come/u)
  })
})

test('a file that is neither is refused with the reason', () => {
  wavetank.file('bad.json', 'a: b')
  for (const args of [
    ['why', 'bad.json', 'pod/web'],
    ['diff', 'bad.json', '1', '2'],
  ])
    expect(refusal(...args)).toMatch(/^error: bad\.json: neither a saved cluster nor a journal: not JSON: /u)
})
