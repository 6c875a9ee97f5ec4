/** What a value is when nothing more is known of it than its form. */
export type ScalarType =
  | 'string'
  | 'bytes'
  | 'int32'
  | 'int64'
  | 'number'
  | 'boolean'
  | 'time'
  | 'microTime'
  | 'quantity'
  | 'intOrString'
  /** A JSON object of any content, such as a raw extension. */
  | 'object'
  | 'any'

export type FieldType =
  | { readonly kind: 'scalar'; readonly scalar: ScalarType }
  /** `orBoolean`: true or false may stand in the place of a value of the definition. */
  | { readonly kind: 'ref'; readonly definition: string; readonly orBoolean?: true }
  | { readonly kind: 'array'; readonly of: FieldType }
  | { readonly kind: 'map'; readonly of: FieldType }

export type PatchStrategy = 'merge' | 'replace' | 'retainKeys'

/**
 * What becomes of a zero value (`''`, 0, false, an empty list or map) on its way in: Kubernetes is written in Go, whose types
 * leave it out (`omitempty`), keep it because it stands behind a pointer, or have it although nobody said it.
 */
export type Zero = 'omitted' | 'kept' | 'written'

/** One field as the OpenAPI document states it. */
export interface Field {
  readonly name: string
  readonly type: FieldType
  readonly required: boolean
  readonly zero: Zero
  /** The values of an enum; empty when any value of the type will do. */
  readonly values: readonly string[]
  /** x-kubernetes-list-type; `atomic` where the document is silent. */
  readonly listType: 'atomic' | 'set' | 'map'
  /** x-kubernetes-list-map-keys, what tells the elements of a `map` list apart. */
  readonly listKeys: readonly string[]
  /** x-kubernetes-patch-strategy; empty means replace. */
  readonly patch: readonly PatchStrategy[]
  /** x-kubernetes-patch-merge-key; '' when there is none. */
  readonly mergeKey: string
  /** x-kubernetes-map-type atomic, of the field or of the definition it refers to. */
  readonly atomic: boolean
}

/** One definition, such as `core.v1.PodSpec`; fields in the document's order, which is alphabetical. */
export interface Definition {
  readonly name: string
  /** The kinds it describes, as `v1/Pod` or `apps/v1/Deployment`. */
  readonly kinds: readonly string[]
  readonly atomic: boolean
  readonly fields: readonly Field[]
  readonly field: ReadonlyMap<string, Field>
}
