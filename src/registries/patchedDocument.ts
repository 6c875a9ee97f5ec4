import { isObject } from '../api/object.ts'
import type { JsonObject } from '../api/patches/json.ts'
import { applyJsonPatch, type JsonPatchOperation } from '../api/patches/jsonPatch.ts'
import { applyMergePatch } from '../api/patches/mergePatch.ts'
import { applyStrategicPatch } from '../api/patches/strategicMerge.ts'
import type { Schema } from '../api/schema/schema.ts'
import type { PatchRequest } from './context.ts'
import { equal } from './equal.ts'

/** The document that a patch makes of another; parts that it leaves alone are the same. */
export function patchedDocument(
  schema: Schema,
  /** Absent for what has no schema, of which no patch is strategic. */
  definition: string | undefined,
  document: JsonObject,
  { type, patch }: PatchRequest,
): unknown {
  switch (type) {
    case 'json': {
      const result = applyJsonPatch(document, patch as readonly JsonPatchOperation[])
      if (!isObject(result)) return result
      const { spec } = result as JsonObject
      return spec !== document['spec'] && equal(spec, document['spec']) ? { ...result, spec: document['spec'] } : result
    }
    case 'merge':
      return applyMergePatch(document, patch)
    case 'strategic':
      return applyStrategicPatch(schema, definition!, document, patch as JsonObject)
    case 'apply':
      throw new Error('server-side apply takes a way of its own')
  }
}
