/** The commands of `kubectl rollout` for kinds whose former templates are ControllerRevisions. Mirrors kubectl/pkg/polymorphichelpers. */
import { controllerUid } from '../api/controllerRef.ts'
import { callOptions } from '../api/callOptions.ts'
import type { WriteOptions } from '../api/dryRun.ts'
import { badRequest } from '../api/errors.ts'
import type { KubeObject } from '../api/meta.ts'
import { matchesLabelSelector } from '../api/selectors.ts'
import type { ControllerRevision } from '../api/types/apps.ts'
import type { PodTemplateSpec } from '../api/types/core.ts'
import type { LabelSelector } from '../api/types/meta.ts'
import { sameValue } from '../registries/validation/equal.ts'
import type { Outside } from './outside.ts'
import { type Namespaced, writeOptions } from './reader.ts'
import type { ResourceClient } from './resourceClient.ts'
import { restartPatch } from './rollouts.ts'

type Command = Namespaced & WriteOptions

/** Every command throws NotFound for an object that is not there, and BadRequest where kubectl would refuse. */
export interface RevisionCommands<T extends KubeObject> {
  /**
   * `kubectl rollout undo`: gives the object the template of a former revision, the last one unless another is named. What
   * has that template already stays as it is.
   */
  rollback(name: string, options?: Command & { readonly toRevision?: number | undefined }): T
  /** `kubectl rollout restart`: replaces every pod by writing the virtual time into the template. */
  restart(name: string, options?: Command): T
}

/** What is rolled out by revisions. */
type Revised = KubeObject & { readonly spec: { readonly selector?: LabelSelector; readonly template: PodTemplateSpec } }

export function createRevisionCommands<T extends Revised>(
  client: ResourceClient<T>,
  outside: Outside,
  now: () => number,
): RevisionCommands<T> {
  const current = (call: string, name: string, options: Command | undefined): T => {
    const { namespace } = outside.attempt(() => writeOptions(call, options))
    return client.get(name, { namespace })
  }
  return {
    rollback(name, given) {
      const asked = outside.attempt(() => callOptions('rollback', given, ['namespace', 'toRevision', 'dryRun']))
      const { toRevision = 0, ...options } = asked
      const object = current('rollback', name, options)
      const { data } = outside.attempt(() => former(revisionsOf(outside, object), toRevision))
      const isSame = sameValue(data, { spec: { template: { ...object.spec.template, $patch: 'replace' } } })
      return isSame ? object : client.patch(name, data as object, options)
    },
    restart(name, options) {
      const { template } = current('restart', name, options).spec
      const patch = outside.attempt(() => restartPatch(name, template, now()))
      return client.patch(name, patch, options)
    },
  }
}

/** The revisions of an object, oldest first. */
function revisionsOf({ server }: Outside, { metadata, spec }: Revised): readonly ControllerRevision[] {
  const { items } = server.list(server.resource('controllerrevisions.apps'), { namespace: metadata.namespace })
  return (items as readonly ControllerRevision[])
    .filter((one) => controllerUid(one) === metadata.uid && matchesLabelSelector(spec.selector, one.metadata.labels))
    .sort((a, b) => a.revision - b.revision)
}

/** The revision of a number; the one before the last where none (0) is named. Throws BadRequest. */
function former(revisions: readonly ControllerRevision[], number: number): ControllerRevision {
  const last = revisions.at(-2)
  if (number === 0 && last === undefined) throw badRequest('no last revision to roll back to')
  const found = number === 0 ? last : revisions.find(({ revision }) => revision === number)
  if (found === undefined) throw badRequest(`unable to find specified revision ${String(number)} in history`)
  return found
}
