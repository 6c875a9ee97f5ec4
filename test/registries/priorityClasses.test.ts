import { expect, test } from 'vitest'
import { bare, refused } from '../cluster/support.ts'
import { causesOf } from '../support/causes.ts'

const priority = (name: string, more: object = {}): object => ({ metadata: { name }, value: 1000, ...more })

test('the two classes of the system are there from the beginning', () => {
  const cluster = bare()
  expect(cluster.table('pc')).toBe(
    [
      'NAME                      VALUE        GLOBAL-DEFAULT   AGE   PREEMPTIONPOLICY',
      'system-cluster-critical   2000000000   false            0s    PreemptLowerPriority',
      'system-node-critical      2000001000   false            0s    PreemptLowerPriority',
      '',
    ].join('\n'),
  )
})

test.each([
  ['system-mine', {}, 'error: system-mine is not a known system priority class'],
  ['system-node-critical', {}, 'error: value of system-node-critical PriorityClass must be 2000001000'],
  [
    'system-node-critical',
    { value: 2_000_001_000, globalDefault: true },
    'error: globalDefault of system-node-critical PriorityClass must be false',
  ],
  [
    'huge',
    { value: 1_000_000_001 },
    'value: Forbidden: maximum allowed value of a user defined priority is 1000000000',
  ],
  ['odd', { preemptionPolicy: 'Sometimes' }, 'preemptionPolicy: Unsupported value: "Sometimes"'],
])('a class %s with %j is refused', (name, more, said) => {
  const cluster = bare()
  const error = refused(() => cluster.priorityClasses.create(priority(name, more)))
  expect([error.reason, error.message]).toEqual(['Invalid', expect.stringContaining(said)])
})

test('one class at most is the default', () => {
  const cluster = bare()
  cluster.priorityClasses.create(priority('normal', { globalDefault: true }))
  const taken = 'is forbidden: PriorityClass normal is already marked as default. Only one default can exist'
  const error = refused(() => cluster.priorityClasses.create(priority('other', { globalDefault: true })))
  expect([error.reason, error.message]).toEqual([
    'Forbidden',
    expect.stringContaining(`priorityclasses.scheduling.k8s.io "other" ${taken}`),
  ])
  cluster.priorityClasses.create(priority('other'))
  expect(() => cluster.priorityClasses.update('other', (draft) => void (draft.globalDefault = true))).toThrow(taken)
  cluster.priorityClasses.update('normal', (draft) => void (draft.description = 'for most'))
  cluster.priorityClasses.update('normal', (draft) => void (draft.globalDefault = false))
  cluster.priorityClasses.update('other', (draft) => void (draft.globalDefault = true))
  expect(cluster.priorityClasses.get('other')).toMatchObject({ globalDefault: true, metadata: { generation: 1 } })
})

test('value and preemption policy never change', () => {
  const cluster = bare()
  const made = cluster.priorityClasses.create(priority('batch', { value: undefined, preemptionPolicy: 'Never' }))
  expect(made).toMatchObject({ value: 0, preemptionPolicy: 'Never' })
  const error = refused(() =>
    cluster.priorityClasses.update('batch', (draft) => {
      draft.value = 1
      draft.preemptionPolicy = 'PreemptLowerPriority'
    }),
  )
  expect(causesOf(error.status)).toEqual([
    'value: Forbidden: may not be changed in an update.',
    'preemptionPolicy: Invalid value: "PreemptLowerPriority": field is immutable',
  ])
})
