/** `kubectl rollout` for what keeps its former templates in ControllerRevisions. Mirrors kubectl/pkg/polymorphichelpers. */
import { callOptions } from '../api/callOptions.ts'
import type { WriteOptions } from '../api/dryRun.ts'
import { badRequest } from '../api/errors.ts'
import type { KubeObject } from '../api/meta.ts'
import { rfc3339 } from '../api/time.ts'
import type { ControllerRevision } from '../api/types/apps.ts'
import type { PodTemplateSpec } from '../api/types/core.ts'
import { sameValue } from '../registries/validation/equal.ts'
import { controllerUid } from './controller.ts'
import type { Outside } from './outside.ts'
import { type Namespaced, writeOptions } from './reader.ts'
import type { ResourceClient } from './resourceClient.ts'

type Command = Namespaced & WriteOptions

/** Every command throws NotFound for what is not there, and BadRequest where kubectl would refuse. */
export interface RevisionCommands<T> {
  /**
   * `kubectl rollout undo`: gives it the template of a former revision, the last one unless another is named. What has
   * that template already stays as it is.
   */
  rollback(name: string, options?: Command & { readonly toRevision?: number | undefined }): T
  /** `kubectl rollout restart`: replaces every pod by writing the virtual time into the template. */
  restart(name: string, options?: Command): T
}

const restartedAt = 'kubectl.kubernetes.io/restartedAt'

type Templated = KubeObject & { readonly spec: { readonly template: PodTemplateSpec } }

export function createRevisionCommands<T extends Templated>(
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
      const { template } = outside.attempt(() => former(revisionsOf(outside, object), toRevision))
      if (sameValue(template, object.spec.template)) return object
      const operations = [{ op: 'replace', path: '/spec/template', value: template }] as const
      return client.patch(name, operations, { ...options, type: 'json' })
    },
    restart(name, options) {
      const time = rfc3339(now())
      const { template } = current('restart', name, options).spec
      if (template.metadata?.annotations?.[restartedAt] === time) {
        const wait = 'please wait before attempting to trigger another'
        const why = 'if restart has already been triggered within the past second'
        outside.attempt(() => {
          throw badRequest(`failed to create patch for ${name}: ${why}, ${wait}`)
        })
      }
      return client.patch(name, { spec: { template: { metadata: { annotations: { [restartedAt]: time } } } } }, options)
    },
  }
}

/** What a revision is a patch of. */
interface Kept {
  readonly revision: number
  readonly template: PodTemplateSpec
}

/** Those that are the object's, the newest first. */
function revisionsOf({ server }: Outside, { metadata }: KubeObject): readonly Kept[] {
  const { items } = server.list(server.resource('controllerrevisions.apps'), { namespace: metadata.namespace })
  return (items as readonly ControllerRevision[])
    .filter((revision) => controllerUid(revision) === metadata.uid)
    .flatMap(({ revision, data }) => {
      const { template } = (data as { spec?: { template?: PodTemplateSpec & { $patch?: string } } }).spec ?? {}
      if (template === undefined) return []
      const { $patch: _, ...said } = template
      return [{ revision, template: said }]
    })
    .sort((a, b) => b.revision - a.revision)
}

/** The one of a number; the one before the last where none (0) is named. Throws BadRequest. */
function former(revisions: readonly Kept[], revision: number): Kept {
  if (revision === 0 && revisions.length <= 1) throw badRequest('no last revision to roll back to')
  const found = revision === 0 ? revisions[1] : revisions.find((one) => one.revision === revision)
  if (found === undefined) throw badRequest(`unable to find specified revision ${String(revision)} in history`)
  return found
}
