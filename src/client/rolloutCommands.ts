/** The commands of `kubectl rollout`, as writes like any other. Mirrors kubectl/pkg/polymorphichelpers. */
import { controllerUid } from '../api/controllerRef.ts'
import { callOptions } from '../api/callOptions.ts'
import type { WriteOptions } from '../api/dryRun.ts'
import { badRequest } from '../api/errors.ts'
import type { Deployment, ReplicaSet } from '../api/types/apps.ts'
import type { Outside } from './outside.ts'
import { type Namespaced, writeOptions } from './reader.ts'
import type { ResourceClient } from './resourceClient.ts'
import { ownAnnotations, restartPatch, revisionOf, sameTemplate, sharedAnnotations, withoutHash } from './rollouts.ts'

type Command = Namespaced & WriteOptions

/** Every command throws NotFound for a Deployment that is not there, and BadRequest where kubectl would refuse. */
export interface RolloutCommands {
  /**
   * `kubectl rollout undo`: gives the Deployment the template of a former revision, the last one unless another is
   * named. What has that template already stays as it is.
   */
  rollback(name: string, options?: Command & { readonly toRevision?: number | undefined }): Deployment
  /** `kubectl rollout pause`: changes of the template wait. */
  pause(name: string, options?: Command): Deployment
  /** `kubectl rollout resume` */
  resume(name: string, options?: Command): Deployment
  /** `kubectl rollout restart`: replaces every pod by writing the virtual time into the template. */
  restart(name: string, options?: Command): Deployment
}

export function createRolloutCommands(
  client: ResourceClient<Deployment>,
  outside: Outside,
  now: () => number,
): RolloutCommands {
  const refuse = (message: string): never =>
    outside.attempt(() => {
      throw badRequest(message)
    })
  const current = (call: string, name: string, options: Command | undefined): Deployment => {
    const { namespace } = outside.attempt(() => writeOptions(call, options))
    return client.get(name, { namespace })
  }
  const setPaused = (name: string, paused: boolean, options: Command | undefined): Deployment => {
    const deployment = current(paused ? 'pause' : 'resume', name, options)
    if ((deployment.spec.paused === true) === paused)
      refuse(`deployments.apps "${name}" is ${paused ? 'already' : 'not'} paused`)
    return client.patch(name, { spec: { paused } }, options)
  }
  return {
    rollback(name, given) {
      const asked = outside.attempt(() => callOptions('rollback', given, ['namespace', 'toRevision', 'dryRun']))
      const { toRevision = 0, ...options } = asked
      const deployment = current('rollback', name, options)
      const set = outside.attempt(() => former(deployment, setsOf(outside, deployment), toRevision))
      if (deployment.spec.paused === true) {
        const advice = `resume it first with 'kubectl rollout resume' and try again`
        refuse(`you cannot rollback a paused deployment; ${advice}`)
      }
      if (sameTemplate(set.spec.template!, deployment.spec.template)) return deployment
      const annotations = {
        ...ownAnnotations(deployment.metadata.annotations),
        ...sharedAnnotations(set.metadata.annotations),
      }
      const operations = [
        { op: 'replace', path: '/spec/template', value: withoutHash(set.spec.template!) },
        { op: 'add', path: '/metadata/annotations', value: annotations },
      ] as const
      return client.patch(name, operations, { ...options, type: 'json' })
    },
    pause: (name, options) => setPaused(name, true, options),
    resume: (name, options) => setPaused(name, false, options),
    restart(name, options) {
      const { paused, template } = current('restart', name, options).spec
      if (paused === true)
        refuse(`deployments.apps "${name}" can't restart paused deployment (run rollout resume first)`)
      const patch = outside.attempt(() => restartPatch(name, template, now()))
      return client.patch(name, patch, options)
    },
  }
}

function setsOf(outside: Outside, { metadata }: Deployment): readonly ReplicaSet[] {
  const { server } = outside
  const { items } = server.list(server.resource('replicasets.apps'), { namespace: metadata.namespace })
  return (items as readonly ReplicaSet[]).filter((set) => controllerUid(set) === metadata.uid)
}

/** The replica set of a revision; of the one before the last where none (0) is named. Throws BadRequest. */
function former({ metadata }: Deployment, sets: readonly ReplicaSet[], revision: number): ReplicaSet {
  if (revision !== 0) {
    const found = sets.find((set) => revisionOf(set) === revision)
    if (found === undefined) throw badRequest(`unable to find specified revision ${String(revision)} in history`)
    return found
  }
  const [, previous] = [...sets].sort((a, b) => revisionOf(b) - revisionOf(a))
  if (previous === undefined) throw badRequest(`no rollout history found for deployment "${metadata.name}"`)
  return previous
}
