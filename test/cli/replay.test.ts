import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Journal } from '../../src/kernel/journal.ts'
import { controllerYaml, useWavetank } from './wavetank.ts'

const wavetank = useWavetank()
const path = (name: string): string => join(wavetank.folder, name)
const journal = (): Journal => JSON.parse(readFileSync(path('run.journal'), 'utf8')) as Journal
let printed = ''

beforeAll(() => {
  const file = wavetank.file('web.yaml', controllerYaml('web', 4))
  const faults = ['--crash', 'node-0@30s', '--restart', 'node-0@45s', '--crash', 'node-1@45s']
  const options = ['--for', '2m', '--seed', '3', '--strategy', 'localOptimum:2', '--journal', 'run.journal']
  printed = wavetank.run(['run', file, ...faults, ...options]).stdout
})

describe('wavetank replay', () => {
  test('prints both hashes, equal to that of the run', () => {
    const [, hash = ''] = /history hash +([0-9a-f]{64})/.exec(printed) ?? []
    const { status, stdout, stderr } = wavetank.run(['replay', 'run.journal'])
    const { revision } = journal().end
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toBe(
      `journal   ${hash} (revision ${revision})\nreplay    ${hash} (revision ${revision})\nThe histories are equal.\n`,
    )
  })

  test('a journal that says something else is a divergence, named by its first change', () => {
    const { entries, ...rest } = journal()
    const changed = JSON.stringify(entries).replace('web:1', 'web:2')
    writeFileSync(path('changed.journal'), JSON.stringify({ ...rest, entries: JSON.parse(changed) as unknown }))
    const { status, stdout, stderr } = wavetank.run(['replay', 'changed.journal'])
    expect(status).toBe(1)
    const [journalHash, replayHash] = [...stdout.matchAll(/[0-9a-f]{64}/g)].map(([hash]) => hash)
    expect(replayHash).toBeDefined()
    expect(replayHash).not.toBe(journalHash)
    expect(stderr).toMatch(
      /^error: the replayed history differs from the journal's: the first differing change is revision \d+, .*replicationcontrollers\/default\/web by kubernetes-admin/,
    )
  })

  test('--until shows the cluster as it was at a revision', () => {
    const { status, stdout } = wavetank.run(['replay', 'run.journal', '--until', '33'])
    expect(status).toBe(0)
    expect(stdout).toMatch(/^2020-01-01T00:00:0\dZ, revision 3\d\n/)
    expect(stdout).toMatch(/default +web-\w{5} +0\/1 +(?:Pending|ContainerCreating)/)
  })

  test('a revision that the journal never comes to is an error', () => {
    const { status, stderr } = wavetank.run(['replay', 'run.journal', '--until', '99999'])
    expect(status).toBe(1)
    expect(stderr).toMatch(/^error: the journal ends at revision \d+, before revision 99999\n$/)
  })

  test.each([
    ['not JSON', 'a: b', /^error: bad\.journal: neither a saved cluster nor a journal: not JSON: /],
    ['another format', '{}', /^error: bad\.journal: neither a saved cluster nor a journal: its format is neither /],
    ['a saved cluster', '{"format":"wavetank-cluster"', /^error: bad\.journal: a saved cluster, .*"wavetank inspect" /],
    ['a newer version', '{"format":"wavetank-journal","version":2}', /^error: bad\.journal: journal version 2: /],
    ['half of it missing', '{"format":"wavetank-journal","version":1}', /^error: bad\.journal: a damaged journal: /],
  ])('%s is refused', (_, text, said) => {
    const { status, stderr } = wavetank.run(['replay', wavetank.file('bad.journal', text)])
    expect(status).toBe(1)
    expect(stderr).toMatch(said)
  })

  test('a journal that is not there, or is a folder, is refused', () => {
    expect(wavetank.run(['replay', '.'])).toMatchObject({ status: 1, stderr: 'error: the path "." is a folder\n' })
    expect(wavetank.run(['replay', 'nowhere'])).toMatchObject({
      status: 1,
      stderr: 'error: the path "nowhere" does not exist\n',
    })
  })
})
