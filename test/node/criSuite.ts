import { expect, test } from 'vitest'
import type { ImageService, RuntimeService } from '../../src/node/cri.ts'
import { ACTIVE, type PodRuntime, WAITING } from '../../src/node/runtimeState.ts'

/** A runtime with one machine, number 0, whose completions are carried out as time passes. */
export interface CriRig {
  readonly runtime: RuntimeService & ImageService
  /** Lets time pass; messages are completed and saved. Answers what was told, such as `started`. */
  advance(ms: number): string[]
}

function pod(uid: string, hostNetwork = false): PodRuntime {
  const spec = { containers: [{ name: 'app', image: 'web:1' }], ...(hostNetwork && { hostNetwork }) }
  return {
    uid,
    namespace: 'default',
    name: uid,
    resourceVersion: 1,
    spec,
    attempt: 0,
    address: 0,
    stage: ACTIVE,
    containers: [WAITING],
  }
}

function run(runtime: RuntimeService, made: PodRuntime): PodRuntime {
  const placed = runtime.runPodSandbox(0, made)!
  runtime.save(0, placed)
  return placed
}

function start(runtime: RuntimeService, placed: PodRuntime): void {
  const next = runtime.createContainer(0, placed, 0)
  runtime.save(0, next)
  runtime.startContainer(0, next, 0)
}

/** What every runtime must do. */
export function criSuite(make: () => CriRig): void {
  test('a sandbox is listed with an address of its own until it is removed', () => {
    const { runtime } = make()
    const one = run(runtime, pod('one'))
    const two = run(runtime, pod('two'))
    expect(one.address).not.toBe(0)
    expect(two.address).not.toBe(one.address)
    expect(runtime.listPodSandbox(0)).toEqual([one, two])
    expect(runtime.podSandboxStatus(0, 'two')).toEqual(two)
    runtime.removePodSandbox(0, 'one')
    expect(runtime.podSandboxStatus(0, 'one')).toBeUndefined()
    runtime.removePodSandbox(0, 'one')
    expect(runtime.listPodSandbox(0)).toEqual([two])
  })

  test('a sandbox on the host network takes no address, a stopped one gives it back', () => {
    const { runtime } = make()
    expect(run(runtime, pod('host', true)).address).toBe(0)
    expect(runtime.stopPodSandbox(0, run(runtime, pod('one'))).address).toBe(0)
  })

  test('nothing is kept before it is saved', () => {
    const { runtime } = make()
    runtime.runPodSandbox(0, pod('one'))
    expect(runtime.listPodSandbox(0)).toEqual([])
  })

  test('a created container starts later, and says so once', () => {
    const { runtime, advance } = make()
    start(runtime, run(runtime, pod('one')))
    expect(runtime.containerStatus(0, 'one', 0)).toMatchObject({ stage: 'starting', attempt: 0 })
    expect(advance(10_000)).toEqual(['started'])
    expect(runtime.containerStatus(0, 'one', 0)).toMatchObject({ stage: 'running', ready: true })
    expect(runtime.listContainers(0).length).toBe(1)
    expect(advance(10_000)).toEqual([])
  })

  test('a stopped container exits, a second stop says nothing more, and a new one counts on', () => {
    const { runtime, advance } = make()
    start(runtime, run(runtime, pod('one')))
    advance(10_000)
    const running = runtime.podSandboxStatus(0, 'one')!
    runtime.stopContainer(0, running, 0, 30_000)
    runtime.stopContainer(0, running, 0, 0)
    expect(advance(40_000)).toEqual(['stopped'])
    expect(runtime.containerStatus(0, 'one', 0)).toMatchObject({
      stage: 'exited',
      state: { terminated: { exitCode: 137 } },
    })
    start(runtime, runtime.podSandboxStatus(0, 'one')!)
    expect(runtime.containerStatus(0, 'one', 0)).toMatchObject({ stage: 'starting', attempt: 1 })
  })

  test('a removed container leaves its place as if it had never been', () => {
    const { runtime, advance } = make()
    start(runtime, run(runtime, pod('one')))
    runtime.save(0, runtime.removeContainer(0, runtime.podSandboxStatus(0, 'one')!, 0))
    expect(advance(10_000)).toEqual([])
    expect(runtime.listContainers(0)).toEqual([])
  })

  test('what a removed pod was about to do is void', () => {
    const { runtime, advance } = make()
    start(runtime, run(runtime, pod('one')))
    runtime.removePodSandbox(0, 'one')
    expect(advance(10_000)).toEqual([])
  })

  test('an image is present once it is pulled, until it is removed', () => {
    const { runtime, advance } = make()
    const placed = run(runtime, pod('one'))
    const pulling = { ...placed, containers: [{ ...WAITING, stage: 'pulling' as const }] }
    runtime.save(0, pulling)
    runtime.pullImage(0, pulling, 0, 'web:1')
    expect(runtime.imageStatus(0, 'web:1').present).toBe(false)
    expect(advance(10_000)).toEqual(['pulled'])
    expect(runtime.imageStatus(0, 'web:1').present).toBe(true)
    expect(runtime.listImages(0)).toEqual(['web:1'])
    runtime.removeImage(0, 'web:1')
    expect(runtime.listImages(0)).toEqual([])
  })
}
