import { expect, test } from 'vitest'
import { createCluster, isStatusError } from '../../src/index.ts'

const cluster = (): ReturnType<typeof createCluster> =>
  createCluster({
    nodes: 1,
    behaviours: [
      { image: 'web:*', log: ['starting up', 'listening on :80', 'ready'] },
      { image: 'bad:*', log: ['fatal: no db'], run: '1s', exitCode: 1 },
      { image: 'none:*', pullError: 'not found' },
    ],
  })
const pod = (images: readonly string[], more: object = {}): object => ({
  metadata: { name: 'web', ...more },
  spec: { containers: images.map((image, index) => ({ name: `c${index}`, image })) },
})

test('a log is what the container printed, as its behaviour says', () => {
  const one = cluster()
  one.pods.create(pod(['web:1', 'quiet:1']) as never)
  one.settle()
  expect(one.pods.log('web')).toBe('starting up\nlistening on :80\nready\n')
  expect(one.pods.log('web', { tailLines: 1 })).toBe('ready\n')
  expect(one.pods.log('web', { tailLines: 0 })).toBe('')
  expect(one.pods.log('web', { container: 'c1' })).toBe('')
})

test('the annotation kubectl.kubernetes.io/default-container says whose', () => {
  const one = cluster()
  const annotations = { 'kubectl.kubernetes.io/default-container': 'c1' }
  one.pods.create(pod(['quiet:1', 'web:1'], { annotations }) as never)
  one.settle()
  expect(one.pods.log('web', { tailLines: 1 })).toBe('ready\n')
})

test('a container that waits for its restart still has the log of its last run, and one before', () => {
  const one = cluster()
  one.pods.create(pod(['bad:1']) as never)
  one.advance('30s')
  expect(one.pods.log('web')).toBe('fatal: no db\n')
  expect(one.pods.log('web', { previous: true })).toBe('fatal: no db\n')
})

test.each<[string, readonly string[], object, string]>([
  ['an unknown container', ['web:1'], { container: 'x' }, 'container x is not valid for pod web'],
  ['an image that cannot be pulled', ['none:1'], {}, 'is waiting to start: trying and failing to pull image'],
  ['no run before', ['web:1'], { previous: true }, 'previous terminated container "c0" in pod "web" not found'],
  ['null for options', ['web:1'], null as never, 'log: expected options as an object, got null'],
  ['an option of another name', ['web:1'], { tail: 1 }, '"tail": unknown option of log; expected one of container'],
  ['fewer than no lines', ['web:1'], { tailLines: -1 }, 'tailLines: Invalid value: -1'],
])('%s is refused in the words of the API', (_, images, options, message) => {
  const one = cluster()
  one.pods.create(pod(images) as never)
  one.advance('5s')
  expect(() => one.pods.log('web', options)).toThrow(message)
})

test('without a pod, a node or a kubelet there is none', () => {
  const one = cluster()
  expect(() => one.pods.log('web')).toThrow('pods "web" not found')
  one.pods.create(pod(['web:1']) as never)
  expect(() => one.pods.log('web')).toThrow('pod web does not have a host assigned')
  one.settle()
  one.faults.crashNode('node-0')
  try {
    one.pods.log('web')
    expect.unreachable()
  } catch (error) {
    expect(isStatusError(error, 'ServiceUnavailable')).toBe(true)
  }
})
