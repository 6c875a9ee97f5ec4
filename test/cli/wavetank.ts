import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { bundleForNode } from '../../scripts/lib/bundle.ts'
import { type RunResult, root } from '../../scripts/lib/run.ts'

export interface Wavetank {
  /** A folder of this test's own, in which the command runs. */
  readonly folder: string
  /** Writes a file there and returns its name. */
  file(name: string, text: string): string
  /** Runs the command to its end. */
  run(args: readonly string[], input?: string): RunResult
  /** The same by way of a shell: `wavetank` is the command. */
  shell(line: string): RunResult
}

/** The command as a process of its own, built once for a test file from this work tree. */
export function useWavetank(): Wavetank {
  const parent = join(root, 'node_modules/.cache')
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(join(parent, 'cli-'))
  const command = join(folder, 'wavetank.mjs')
  beforeAll(async () => writeFileSync(command, await bundleForNode(join(root, 'src/cli/main.ts'))))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const start = (program: string, args: readonly string[], input = ''): RunResult => {
    const { status, stdout, stderr } = spawnSync(program, args, {
      cwd: folder,
      input,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    })
    return { status, stdout, stderr }
  }
  return {
    folder,
    file(name, text) {
      writeFileSync(join(folder, name), text)
      return name
    },
    run: (args, input) => start(process.execPath, [command, ...args], input),
    shell: (line) =>
      start('bash', ['-c', `set -o pipefail; wavetank() { '${process.execPath}' '${command}' "$@"; }; ${line}`]),
  }
}

/** A replication controller as YAML. */
export function controllerYaml(name: string, replicas: number, requests = '{ cpu: 100m }'): string {
  return `apiVersion: v1
kind: ReplicationController
metadata: { name: ${name} }
spec:
  replicas: ${replicas}
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers: [{ name: ${name}, image: '${name}:1', resources: { requests: ${requests} } }]
`
}

export function serviceYaml(name: string): string {
  return `apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec:
  selector: { app: ${name} }
  ports: [{ port: 80 }]
`
}
