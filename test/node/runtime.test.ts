import { describe } from 'vitest'
import { Kernel } from '../../src/kernel/kernel.ts'
import { Memory } from '../../src/kernel/memory.ts'
import { createBehaviours } from '../../src/node/behaviour.ts'
import { createContainerIds } from '../../src/node/containerIds.ts'
import type { RuntimeMessage } from '../../src/node/cri.ts'
import { createInterned } from '../../src/node/interned.ts'
import { createImageFacts } from '../../src/node/images.ts'
import { Machines } from '../../src/node/machines.ts'
import { MemoryUse } from '../../src/node/memoryUse.ts'
import { expandTemplates } from '../../src/node/nodeTemplate.ts'
import { PullFailures } from '../../src/node/pullFailures.ts'
import { Resizes } from '../../src/node/resizes.ts'
import { SimulatedRuntime } from '../../src/node/runtime.ts'
import { criSuite } from './criSuite.ts'

describe('the simulated runtime', () => {
  criSuite(() => {
    const kernel = new Kernel(new Memory())
    const machines = new Machines(kernel.memory)
    machines.add(expandTemplates(1)[0]!)
    const latency = (name: string): number => (name === 'imagePull' ? 1000 : 500)
    const behaviours = createBehaviours()
    const memoryUse = new MemoryUse(kernel.memory, {
      machines,
      behaviours,
      resizes: new Resizes(kernel, machines, 'kubelet'),
    })
    const pullFailures = new PullFailures(kernel.memory, behaviours)
    const caches = { interned: createInterned(), images: createImageFacts(), containerId: createContainerIds() }
    const shared = { ...caches, behaviours, memoryUse, pullFailures }
    const runtime = new SimulatedRuntime({ kernel, machines, latency, kubelet: 'kubelet', ...shared })
    const told: string[] = []
    const handle = (message: unknown): void => {
      const { node, type } = message as RuntimeMessage
      const pod = runtime.complete(message as RuntimeMessage)
      if (pod === undefined) return
      told.push(type)
      runtime.save(node, pod)
    }
    kernel.register({ name: 'kubelet', handle })
    const advance = (ms: number): string[] => {
      const end = kernel.now + ms
      while (kernel.isDue(end)) kernel.take()
      kernel.moveTo(end)
      return told.splice(0)
    }
    return { runtime, advance }
  })
})
