import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Memory } from '../../src/kernel/memory.ts'
import { Machines } from '../../src/node/machines.ts'
import { ACTIVE, type PodRuntime } from '../../src/node/runtimeState.ts'

const machine = {
  name: 'node-0',
  capacity: {},
  cpuMilli: 1000,
  memoryBytes: 1e9,
  pods: 110,
  labels: {},
  annotations: {},
  taints: [],
}

/** Uids that begin alike have the same mark. */
const uid = fc.constantFrom('00000000-a', '00000000-b', '11111111-a', 'short', '')

const act = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant('set' as const), uid, address: fc.integer({ min: 0, max: 4 }) }),
  },
  fc.record({ type: fc.constant('remove' as const), uid }),
  fc.record({ type: fc.constant('fork' as const) }),
)

function pod(podUid: string, address: number): PodRuntime {
  const spec = { containers: [] }
  return {
    uid: podUid,
    namespace: '',
    name: '',
    resourceVersion: 1,
    spec,
    attempt: 0,
    address,
    stage: ACTIVE,
    containers: [],
  }
}

/** A cluster's machine, and what stands on it. */
interface Side {
  readonly memory: Memory
  readonly machines: Machines
  readonly model: Map<string, PodRuntime>
}

test('a machine has the pods that it was given, in the order in which they came, whoever is forked', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(act, fc.nat()), { maxLength: 60 }), (acts) => {
      const memory = new Memory()
      const machines = new Machines(memory)
      machines.add(machine)
      const sides: Side[] = [{ memory, machines, model: new Map() }]
      for (const [one, which] of acts) {
        const side = sides[which % sides.length]!
        if (one.type === 'fork') {
          const copy = side.memory.fork()
          sides.push({ memory: copy, machines: new Machines(copy), model: new Map(side.model) })
        } else if (one.type === 'remove') {
          side.machines.removePod(0, one.uid)
          side.model.delete(one.uid)
        } else {
          const made = pod(one.uid, one.address)
          side.machines.setPod(0, made)
          side.model.set(one.uid, made)
        }
      }
      for (const side of sides) {
        const pods = [...side.model.values()]
        expect(side.machines.pods(0)).toEqual(pods)
        for (const each of pods) expect(side.machines.pod(0, each.uid)).toBe(each)
        expect(side.machines.pod(0, '22222222-a')).toBeUndefined()
        for (let address = 0; address <= 4; address++)
          expect(side.machines.hasAddress(0, address)).toBe(pods.some((each) => each.address === address))
      }
    }),
    {
      examples: [
        // A fork that shares its original's list.
        [
          [
            [{ type: 'set', uid: 'short', address: 1 }, 0],
            [{ type: 'fork' }, 0],
            [{ type: 'set', uid: '', address: 2 }, 1],
          ],
        ],
        // Two pods of one mark.
        [
          [
            [{ type: 'set', uid: '00000000-a', address: 1 }, 0],
            [{ type: 'set', uid: '00000000-b', address: 2 }, 0],
          ],
        ],
      ],
    },
  )
})
