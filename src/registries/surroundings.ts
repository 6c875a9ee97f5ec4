import type { KubeObject } from '../api/meta.ts'
import type { Surroundings } from './definition.ts'
import type { Records } from './records.ts'

const NONE: readonly never[] = Object.freeze([])

/** What the rules of one kind may know of the others. */
export function surroundingsOf(records: Records): Surroundings {
  return {
    find: <T extends KubeObject>(key: string, namespace: string, name: string) =>
      records.find(records.resource(key), namespace, name) as T | undefined,
    list: <T extends KubeObject>(key: string, namespace?: string) => {
      const resource = records.resource(key)
      if (namespace !== undefined) {
        const directory = records.findDirectory(resource, namespace)
        return directory === undefined ? NONE : (records.objects(resource, directory) as T[])
      }
      return records
        .directoriesOf(resource, undefined)
        .flatMap((directory) => records.objects(resource, directory) as T[])
    },
  }
}
