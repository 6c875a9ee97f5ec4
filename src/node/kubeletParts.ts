import type { Environment } from '../client/environment.ts'
import type { Link } from '../client/link.ts'
import { type Behaviour, createBehaviours, type ResolvedBehaviour } from './behaviour.ts'
import { ContainerTurns } from './containerTurns.ts'
import { EvictionManager } from './evictionManager.ts'
import { Heartbeats } from './heartbeats.ts'
import { HeldVolumes } from './heldVolumes.ts'
import { createImageFacts } from './images.ts'
import { createKnownIds } from './importedStatus.ts'
import { createInterned } from './interned.ts'
import { Machines } from './machines.ts'
import { MemoryUse } from './memoryUse.ts'
import { Mishaps } from './mishaps.ts'
import { createNodeEvents, type NodeEvents } from './nodeEvents.ts'
import { NodeShutdown } from './nodeShutdown.ts'
import { createAdmission } from './podAdmission.ts'
import { PodHooks } from './podHooks.ts'
import { PodResizing } from './podResizing.ts'
import { PodStops } from './podStops.ts'
import { PodSync } from './podSync.ts'
import { PodVolumes } from './podVolumes.ts'
import { PodWorker } from './podWorker.ts'
import { Pressure } from './pressure.ts'
import { Prober } from './prober.ts'
import { PullFailures } from './pullFailures.ts'
import { createReferences } from './references.ts'
import { createRequests } from './requests.ts'
import { Resizes } from './resizes.ts'
import { Retries } from './retries.ts'
import { Resumption } from './resumption.ts'
import { SimulatedRuntime } from './runtime.ts'
import { Shutdowns } from './shutdowns.ts'
import { createStatusExtras } from './statusExtras.ts'
import { createStatusWriter } from './statusWriter.ts'
import { VolumeGrowth } from './volumeGrowth.ts'

/** Cuts the power of a machine, and brings it back. */
export interface Power {
  readonly crash: (node: number) => void
  readonly restart: (node: number) => void
}

/** What the kubelets consist of. */
export interface KubeletParts {
  readonly machines: Machines
  readonly behaviours: (image: string) => ResolvedBehaviour
  readonly runtime: SimulatedRuntime
  readonly events: NodeEvents
  readonly memoryUse: MemoryUse
  readonly heartbeats: Heartbeats
  readonly shutdowns: Shutdowns
  readonly retries: Retries
  readonly volumes: PodVolumes
  readonly growth: VolumeGrowth
  readonly worker: PodWorker
  readonly resizing: PodResizing
  readonly evictions: EvictionManager
  readonly turns: ContainerTurns
  readonly resumption: Resumption
  readonly shutdown: NodeShutdown
  readonly mishaps: Mishaps
}

export interface KubeletOptions {
  readonly environment: Environment
  readonly kubelet: string
  /** Whose calls are those of a machine. */
  readonly link: (node: string) => Link
  readonly ownLink: Link
  readonly behaviours: readonly Behaviour[]
  readonly power: Power
}

/** Makes them over the tables of a memory. A fork's take over what its parent's have worked out. */
export function kubeletParts(options: KubeletOptions, parent?: KubeletParts): KubeletParts {
  const { environment, kubelet, link, ownLink, power } = options
  const base = baseOf(options, parent)
  const { machines, events, memoryUse, simulated, pullFailures } = base
  const heartbeats = new Heartbeats({ ...base, listImages: (node) => simulated.listImages(node) }, parent?.heartbeats)
  const growth = new VolumeGrowth({ environment, machines, events, link, ownLink, kubelet })
  const { watches } = environment
  const volumes = new PodVolumes({ ...base, heartbeats, watches, nodes: ownLink.resource('nodes') })
  const parts = { ...base, growth, volumes }
  const sync = new PodSync(parts)
  // Evictions need the worker, which needs to tell them of what was resized.
  const relimited: EvictionManager['started'] = (...run) => evictions.started(...run)
  const admits = createAdmission(parts)
  const resizing = new PodResizing({ ...parts, admits, relimited }, sync)
  const worker = new PodWorker({ ...parts, admits }, sync, resizing)
  const evictions: EvictionManager = new EvictionManager({ ...parts, heartbeats, worker })
  const turns = new ContainerTurns({ ...parts, evictions }, sync, resizing)
  const resumption = new Resumption({ ...parts, evictions }, sync, worker, resizing)
  const shutdown = new NodeShutdown({ ...parts, ...power, heartbeats, worker })
  const mishaps = new Mishaps({ ...parts, ...power, pullFailures, evictions, heartbeats, shutdown })
  return {
    ...{ machines, behaviours: base.behaviours, runtime: simulated, events, memoryUse, heartbeats },
    ...{
      shutdowns: base.shutdowns,
      retries: base.retries,
      volumes,
      growth,
      worker,
      resizing,
      evictions,
      turns,
      resumption,
      shutdown,
      mishaps,
    },
  }
}

/** What the others are made of. */
function baseOf({ environment, kubelet, link, behaviours: given }: KubeletOptions, parent: KubeletParts | undefined) {
  const { kernel, latency } = environment
  const machines = new Machines(kernel.memory, parent?.machines)
  const images = createImageFacts()
  const interned = createInterned()
  const resizes = new Resizes(kernel, machines, kubelet)
  const retries = new Retries(kernel, kubelet)
  const containerId = createKnownIds((uid) => machines.imported(uid))
  const behaviours = parent?.behaviours ?? createBehaviours(given)
  const events = createNodeEvents(machines, link)
  const shared = {
    kernel,
    latency,
    machines,
    link,
    resizes,
    retries,
    interned,
    images,
    kubelet,
    containerId,
    behaviours,
  }
  const memoryUse = new MemoryUse(kernel.memory, shared)
  const pullFailures = new PullFailures(kernel.memory, behaviours)
  const simulated = new SimulatedRuntime({ ...shared, memoryUse, pullFailures })
  const driving = { ...shared, runtime: simulated, events }
  return {
    ...driving,
    memoryUse,
    pullFailures,
    simulated,
    statuses: createStatusWriter({ ...shared, facts: { images, containerId, extras: createStatusExtras() } }),
    pressure: new Pressure(kernel.memory, machines, memoryUse),
    shutdowns: new Shutdowns(kernel.memory),
    requests: createRequests(),
    references: createReferences(machines, link),
    stops: new PodStops(driving),
    hooks: new PodHooks(driving),
    prober: new Prober({ ...driving, hostAddress: (node) => machines.address(node) }),
    held: new HeldVolumes(kernel.memory),
  }
}
