/** The annotation by which `kubectl apply` remembers. Mirrors staging/src/k8s.io/kubectl/pkg/util/apply.go. */
import { badRequest } from '../errors.ts'
import { goJson } from './goText.ts'
import { isJsonObject, type JsonObject, own } from './json.ts'
import { copyPlain } from './plainCopy.ts'

export const lastAppliedAnnotation = 'kubectl.kubernetes.io/last-applied-configuration'

/** A manifest as kubectl sends it. */
export interface Configuration {
  /** What the annotation says: the manifest as JSON, with its namespace, without the annotation, and a newline. */
  readonly text: string
  /** The manifest with the annotation. */
  readonly object: JsonObject
}

/** `manifest` is plain; `namespace` is the one it goes to, '' for none. Metadata that is none stays, to be refused. */
export function configurationOf(manifest: JsonObject, namespace: string): Configuration {
  const metadata = own(manifest, 'metadata') ?? {}
  const said = isJsonObject(metadata) ? (own(metadata, 'annotations') ?? {}) : undefined
  if (!isJsonObject(metadata) || !isJsonObject(said)) return { text: '', object: manifest }
  const { [lastAppliedAnnotation]: _before, ...annotations } = said
  const placed = namespace === '' || own(metadata, 'namespace') ? metadata : { ...metadata, namespace }
  const text = `${goJson({ ...manifest, metadata: { ...placed, annotations } })}\n`
  const annotated = { ...placed, annotations: { ...annotations, [lastAppliedAnnotation]: text } }
  return { text, object: { ...manifest, metadata: annotated } }
}

/** The manifest that was applied last; an empty one where none was. Throws BadRequest for an annotation that is not JSON. */
export function lastAppliedTo(text: string | undefined): JsonObject {
  if (text === undefined || text === '') return {}
  const path = `metadata.annotations[${lastAppliedAnnotation}]`
  const value = copyPlain(parsed(text, path), path)
  if (isJsonObject(value)) return value
  throw badRequest(`${path}: invalid JSON document`)
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw badRequest(`${path}: invalid JSON document`)
  }
}
