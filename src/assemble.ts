import { Immer } from 'immer'
import { type ApiParts, assembleApi } from './assembleApi.ts'
import { ControllerComponent, type Mortal } from './client/controllerComponent.ts'
import { ControllerFailure } from './client/controllerFailure.ts'
import type { ControlLoop } from './client/controller.ts'
import type { Controller } from './client/defineController.ts'
import { Dormant } from './client/dormant.ts'
import { Disturbances } from './client/disturbances.ts'
import type { CopyApi } from './client/dryRun.ts'
import type { Environment } from './client/environment.ts'
import { Hands } from './client/hands.ts'
import { createLatency, type Latencies } from './client/latency.ts'
import { Link } from './client/link.ts'
import { Recorder } from './client/recorder.ts'
import { Replica } from './client/replica.ts'
import { loopOf } from './client/userLoop.ts'
import { lifetimes, Watches } from './client/watches.ts'
import { createAttachDetachController } from './controllers/attachDetach.ts'
import { cronJobController } from './controllers/cronJob.ts'
import { customResourceCleanup } from './controllers/customResourceCleanup.ts'
import { createDaemonSetController } from './controllers/daemonSet.ts'
import { deploymentController } from './controllers/deployment.ts'
import { createEndpointsController } from './controllers/endpoints.ts'
import { endpointSliceMirroringController } from './controllers/endpointSliceMirroring.ts'
import { createEndpointSliceController } from './controllers/endpointSlices.ts'
import { ephemeralVolumeController } from './controllers/ephemeralVolume.ts'
import { externalAttacher } from './controllers/externalAttacher.ts'
import { externalProvisioner } from './controllers/externalProvisioner.ts'
import { externalResizer } from './controllers/externalResizer.ts'
import { createPersistentVolumeBinder } from './controllers/persistentVolumeBinder.ts'
import { persistentVolumeClaimProtection } from './controllers/persistentVolumeClaimProtection.ts'
import { persistentVolumeExpander } from './controllers/persistentVolumeExpander.ts'
import { persistentVolumeProtection } from './controllers/persistentVolumeProtection.ts'
import { replicaSetController } from './controllers/replicaSet.ts'
import { jobController } from './controllers/job.ts'
import { faultDefinitions } from './faults/all.ts'
import { FaultBoard } from './faults/faultBoard.ts'
import { disruptionController } from './controllers/disruption.ts'
import { GarbageCollector, garbageCollectorName } from './controllers/garbageCollector.ts'
import { namespaceController } from './controllers/namespace.ts'
import { createRootCaCertificatePublisher } from './controllers/rootCaCertificate.ts'
import { serviceAccountsController } from './controllers/serviceAccounts.ts'
import { createServiceAccountTokens } from './controllers/serviceAccountTokens.ts'
import { nodeLifecycleController } from './controllers/nodeLifecycle.ts'
import { podGarbageCollector } from './controllers/podGarbageCollector.ts'
import { replicationController } from './controllers/replicationController.ts'
import { resourceQuotaController } from './controllers/resourceQuota.ts'
import { serviceController } from './controllers/service.ts'
import { statefulSetController } from './controllers/statefulSet.ts'
import { taintEvictionController } from './controllers/taintEviction.ts'
import { ttlAfterFinishedController } from './controllers/ttlAfterFinished.ts'
import { JournalLog } from './kernel/journal.ts'
import { createSha256 } from './kernel/sha256.ts'
import { historyLayout } from './historyLayout.ts'
import type { Memory } from './kernel/memory.ts'
import { ofLifetimes } from './registries/lifetimes.ts'
import { indexedField, indexOf, nameOf } from './registries/records.ts'
import type { Behaviour } from './node/behaviour.ts'
import { ofAttached, ofKubelet } from './node/concerns.ts'
import { Kubelets } from './node/kubelets.ts'
import { growsOnNodes } from './node/volumeGrowth.ts'
import { Scheduler } from './scheduler/scheduler.ts'
import type { SchedulerOptions } from './scheduler/schedulerOptions.ts'
import { schedulerPredicates } from './scheduler/sources.ts'
import type { Predicate, StoreOptions } from './store/types.ts'

/** What a cluster is made with, checked and complete: what a fork, a load and a replay need again. */
export interface Blueprint {
  /** Virtual milliseconds since the Unix epoch at which the cluster began. */
  readonly epoch: number
  readonly latencies: Latencies
  readonly controllers: readonly Controller[]
  readonly schedulers: readonly SchedulerOptions[]
  readonly behaviours: readonly Behaviour[]
  readonly disable: readonly string[]
  /** How many processes of kube-controller-manager there are, of which one leads. */
  readonly managers: number
  /** false leaves what users' controllers read unfrozen; nothing else differs. */
  readonly freeze: boolean
  /** How long Events are kept, in milliseconds. */
  readonly eventTtlMs: number
  /** How many changes the history keeps; Infinity for all. */
  readonly revisions: number
  /** false writes every heartbeat as a change of its own; nothing that can be read differs. */
  readonly runs: boolean
}

/** The parts of one cluster, joined. */
export interface Parts extends ApiParts {
  /** Virtual milliseconds since the Unix epoch at which the cluster began. */
  readonly epoch: number
  readonly watches: Watches
  readonly journal: JournalLog
  readonly environment: Environment
  readonly copyApi: CopyApi
  /** Into whose hands things pass; it keeps nothing, and is the same for every fork. */
  readonly hands: Hands
  /** The control loops, then the schedulers. */
  readonly controllers: Map<string, Mortal>
  readonly faults: FaultBoard
  /** What controllers threw and nobody has been told of yet; emptied after every turn. */
  readonly failures: ControllerFailure[]
  readonly schedulers: Scheduler[]
  /** undefined when the kubelets are disabled. */
  kubelets: Kubelets | undefined
}

/** Builds every part over a memory: an empty one, or one that was forked from `parent`'s. */
export function assemble(memory: Memory, blueprint: Blueprint, parent?: Parts): Parts {
  const loops = builtIn(memory)
  const disturbances = new Disturbances(memory)
  const options = {
    storeOptions: parent?.storeOptions ?? storeOptionsOf(blueprint, loops),
    eventTtlMs: blueprint.eventTtlMs,
    canWrite: () => !disturbances.isReadOnly,
  }
  const api = assembleApi(memory, options, parent)
  const { kernel, records, server } = api
  const latency = createLatency(kernel, blueprint.latencies)
  const watches = new Watches(kernel, records, () => latency('watchDelivery'), disturbances)
  const recorder = new Recorder(kernel, server)
  const copyApi: CopyApi = (isDryRun) => assembleApi(memory.fork(), { ...options, isDryRun }, api)
  const ways = { server, kernel, recorder, disturbances, copyApi }
  const link = (actor: string, place?: string): Link => new Link(actor, ways, place)
  const environment: Environment = { kernel, watches, latency, disturbances, link }
  const controllers = new Map<string, Mortal>()
  const parts: Parts = {
    ...api,
    epoch: blueprint.epoch,
    watches,
    journal: new JournalLog(memory),
    environment,
    copyApi,
    hands: parent?.hands ?? new Hands(new Immer(), blueprint.freeze),
    controllers,
    faults: new FaultBoard(
      {
        environment,
        components: controllers,
        isDown: (node) => isDown(parts, node),
        makesNode: (node) => parts.kubelets?.makesNode(node) === true,
      },
      faultDefinitions(),
    ),
    failures: [],
    schedulers: [],
    kubelets: undefined,
  }
  addComponents(parts, blueprint, loops, parent)
  kernel.register(parts.faults)
  return parts
}

function storeOptionsOf({ revisions, runs }: Blueprint, loops: readonly ControlLoop[]): StoreOptions {
  const indexing = { nameOf, indexOf, indexedField, predicates: predicatesOf(loops) }
  return { ...indexing, revisions, runs, hash: createSha256(), layout: historyLayout }
}

function builtIn(memory: Memory): readonly ControlLoop[] {
  return [
    replicationController,
    replicaSetController,
    createDaemonSetController(),
    deploymentController,
    statefulSetController,
    jobController,
    cronJobController,
    ttlAfterFinishedController,
    createEndpointsController(),
    createEndpointSliceController(),
    endpointSliceMirroringController,
    serviceController,
    namespaceController,
    customResourceCleanup,
    podGarbageCollector,
    nodeLifecycleController,
    taintEvictionController,
    disruptionController,
    serviceAccountsController,
    createRootCaCertificatePublisher(memory),
    createPersistentVolumeBinder(),
    persistentVolumeClaimProtection,
    persistentVolumeProtection,
    persistentVolumeExpander,
    externalProvisioner,
    externalResizer,
    ephemeralVolumeController,
    createServiceAccountTokens(memory),
    createAttachDetachController(),
    externalAttacher,
    resourceQuotaController,
  ]
}

/** What watches may ask for by name, whatever is disabled. */
function predicatesOf(loops: readonly ControlLoop[]): ReadonlyMap<string, Predicate> {
  const { pods, nodes, selecting } = schedulerPredicates
  const found = new Map<string, Predicate>([[lifetimes, ofLifetimes]])
  const named = loops.flatMap(({ watches }) => watches.flatMap(({ predicate }) => predicate ?? []))
  // What the store asks them about are objects: those of the kinds that are watched.
  for (const predicate of [pods, nodes, selecting, ofKubelet, ofAttached, growsOnNodes, ...named])
    found.set(predicate.name, predicate as Predicate)
  return found
}

/** The built-in control loops that are not disabled, then the user's. */
function loopsOf(
  { kernel, failures, hands }: Parts,
  blueprint: Blueprint,
  loops: readonly ControlLoop[],
): ControlLoop[] {
  const { controllers, disable, managers } = blueprint
  const report = (name: string, key: string, error: unknown): void =>
    void failures.push(new ControllerFailure(name, key, error, kernel.now, 1))
  return [
    ...(managers === 1 ? loops.filter(({ name }) => !disable.includes(name)) : []),
    ...controllers.filter(isAlone).map((controller) => loopOf(controller, hands, report)),
  ]
}

/** Whether the machine of a node is without power, or shutting down; of a node without one, false. */
function isDown({ kubelets }: Parts, node: string): boolean {
  return kubelets?.isDown(node) === true
}

/** Every controller, kubelet and scheduler that is not disabled. */
function addComponents(
  parts: Parts,
  blueprint: Blueprint,
  loops: readonly ControlLoop[],
  parent: Parts | undefined,
): void {
  const { kernel, environment, failures } = parts
  const isOn = (name: string): boolean => !blueprint.disable.includes(name)
  const report = (failure: ControllerFailure): void => void failures.push(failure)
  const add = (component: Mortal): void => {
    parts.controllers.set(component.name, component)
    kernel.register(component)
  }
  if (isOn('garbage-collector-controller') && blueprint.managers === 1) add(new GarbageCollector(environment, report))
  for (const loop of loopsOf(parts, blueprint, loops)) {
    const make = (known?: ControllerComponent): ControllerComponent =>
      new ControllerComponent(loop, environment, report, known)
    const before = awake(parent?.controllers.get(loop.name))
    // What has worked nothing out leaves nothing to take over, now or later.
    if (parent === undefined || before?.hasIndex === true) add(make(before))
    else add(new Dormant(loop.name, make))
  }
  addManagers(parts, blueprint, report)
  addReplicas(parts, blueprint, report)
  if (isOn('kubelet')) {
    parts.kubelets = new Kubelets(environment, blueprint.behaviours, parent?.kubelets)
    kernel.register(parts.kubelets)
  }
  if (isOn('scheduler')) {
    for (const options of blueprint.schedulers) {
      for (const process of processesOf(options.name ?? 'default-scheduler', options.replicas)) {
        const known = parent?.schedulers[parts.schedulers.length]
        const scheduler = new Scheduler(options, environment, parts.hands, process, known)
        parts.schedulers.push(scheduler)
        if (process === undefined) add(scheduler)
        else addReplica(parts, process, leaseOf(scheduler.schedulerName), [scheduler])
      }
    }
  }
}

/** A controller of the cluster that was forked; undefined where it was never made. */
function awake(known: Mortal | undefined): ControllerComponent | undefined {
  return (known instanceof Dormant ? known.awake : known) as ControllerComponent | undefined
}

function isAlone({ replicas = 1 }: Controller): boolean {
  return replicas === 1
}

/** The processes of something: undefined stands for the only one, which has its name. */
function processesOf(name: string, replicas = 1): readonly (string | undefined)[] {
  return replicas === 1 ? [undefined] : Array.from({ length: replicas }, (_, index) => `${name}-${index}`)
}

/** Upstream's name for the lease of its own scheduler. */
function leaseOf(scheduler: string): string {
  return scheduler === 'default-scheduler' ? 'kube-scheduler' : scheduler
}

/** The processes that run the built-in controllers, where there are several: the one that leads runs them all. */
function addManagers(
  parts: Parts,
  { disable, managers }: Blueprint,
  report: (failure: ControllerFailure) => void,
): void {
  for (const process of processesOf(manager, managers)) {
    if (process === undefined) continue
    const suffix = process.slice(manager.length)
    const { environment, kernel } = parts
    // What befalls the process befalls whatever it runs.
    const own: Environment = { ...environment, link: (actor) => environment.link(actor, process) }
    const loops = builtIn(kernel.memory).filter(({ name }) => !disable.includes(name))
    const led: Mortal[] = loops.map((loop) => {
      const { name, component = name } = loop
      return new ControllerComponent({ ...loop, name: name + suffix, component }, own, report, undefined, true)
    })
    if (!disable.includes(garbageCollectorName))
      led.unshift(new GarbageCollector(own, report, garbageCollectorName + suffix, true))
    addReplica(parts, process, manager, led)
  }
}

const manager = 'kube-controller-manager'

/** The user's controllers of which there are several. */
function addReplicas(parts: Parts, { controllers }: Blueprint, report: (failure: ControllerFailure) => void): void {
  const { environment, failures, hands, kernel } = parts
  for (const controller of controllers) {
    for (const process of processesOf(controller.name, controller.replicas)) {
      if (process === undefined) continue
      const threw = (_: string, key: string, error: unknown): void =>
        void failures.push(new ControllerFailure(process, key, error, kernel.now, 1))
      const loop = { ...loopOf({ ...controller, name: process }, hands, threw), component: controller.name }
      addReplica(parts, process, controller.name, [new ControllerComponent(loop, environment, report, undefined, true)])
    }
  }
}

function addReplica(parts: Parts, process: string, lease: string, led: readonly Mortal[]): void {
  for (const one of led) parts.kernel.register(one)
  parts.controllers.set(process, new Replica(process, lease, parts.environment, led))
}
