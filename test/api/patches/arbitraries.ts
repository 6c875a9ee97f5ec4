import fc from 'fast-check'
import type { Field, FieldType } from '../../../src/api/schema/definition.ts'
import { createSchema, type Schema } from '../../../src/api/schema/schema.ts'

export type Json = Record<string, unknown>

export const schema: Schema = createSchema()

/** The fields that are filled in: few, so that objects and patches meet, and known to clients of years ago. */
const chosen: Readonly<Record<string, readonly string[]>> = {
  'core.v1.Pod': ['metadata', 'spec'],
  'core.v1.Service': ['metadata', 'spec'],
  'apps.v1.Deployment': ['metadata', 'spec'],
  'meta.v1.ObjectMeta': ['labels', 'finalizers', 'ownerReferences'],
  'meta.v1.OwnerReference': ['uid', 'name', 'controller'],
  'meta.v1.LabelSelector': ['matchLabels', 'matchExpressions'],
  'meta.v1.LabelSelectorRequirement': ['key', 'values'],
  'apps.v1.DeploymentSpec': ['replicas', 'selector', 'strategy', 'template'],
  'apps.v1.DeploymentStrategy': ['type', 'rollingUpdate'],
  'apps.v1.RollingUpdateDeployment': ['maxSurge', 'maxUnavailable'],
  'core.v1.PodTemplateSpec': ['metadata', 'spec'],
  'core.v1.PodSpec': ['containers', 'volumes', 'tolerations', 'nodeSelector', 'imagePullSecrets', 'securityContext'],
  'core.v1.Container': ['name', 'image', 'args', 'env', 'ports', 'volumeMounts', 'resources'],
  'core.v1.ResourceRequirements': ['limits', 'requests'],
  'core.v1.EnvVar': ['name', 'value', 'valueFrom'],
  'core.v1.EnvVarSource': ['fieldRef'],
  'core.v1.ObjectFieldSelector': ['fieldPath'],
  'core.v1.ContainerPort': ['containerPort', 'protocol', 'name'],
  'core.v1.VolumeMount': ['mountPath', 'name', 'readOnly'],
  'core.v1.Volume': ['name', 'emptyDir', 'hostPath'],
  'core.v1.EmptyDirVolumeSource': ['medium'],
  'core.v1.HostPathVolumeSource': ['path', 'type'],
  'core.v1.Toleration': ['key', 'value'],
  'core.v1.LocalObjectReference': ['name'],
  'core.v1.PodSecurityContext': ['runAsUser', 'supplementalGroups'],
  'core.v1.ServiceSpec': ['ports', 'selector', 'clusterIPs', 'type'],
  'core.v1.ServicePort': ['port', 'protocol', 'name', 'targetPort'],
}

const word = fc.constantFrom('a', 'b', 'c', 'd')
const number = fc.integer({ min: 1, max: 4 })

function fieldsOf(definition: string): readonly Field[] {
  const names = chosen[definition]
  if (names === undefined) throw new Error(`no fields are chosen for ${definition}`)
  return names.map((name) => schema.definition(definition).field.get(name)!)
}

function scalar(type: FieldType & { kind: 'scalar' }): fc.Arbitrary<unknown> {
  switch (type.scalar) {
    case 'int32':
    case 'int64':
      return number
    case 'boolean':
      return fc.boolean()
    default:
      return word
  }
}

function some<T>(items: readonly T[]): fc.Arbitrary<T[]> {
  return fc.subarray([...items], { minLength: Math.min(1, items.length), maxLength: Math.min(4, items.length) })
}

/** Any object of a definition; merged lists have each merge key once. */
export function objectOf(definition: string): fc.Arbitrary<Json> {
  return some(fieldsOf(definition)).chain((fields) =>
    fc.record(Object.fromEntries(fields.map((field) => [field.name, valueOf(field)]))),
  )
}

function valueOf(field: Field): fc.Arbitrary<unknown> {
  const { type, mergeKey, patch } = field
  if (type.kind !== 'array' || type.of.kind !== 'ref') {
    return type.kind === 'array' && patch.includes('merge') ? fc.uniqueArray(word, { maxLength: 4 }) : plain(type)
  }
  const element = objectOf(type.of.definition)
  if (mergeKey === '') return fc.array(element, { maxLength: 2 })
  return keyed(element, keyType(field), mergeKey)
}

function keyed(element: fc.Arbitrary<Json>, key: fc.Arbitrary<unknown>, mergeKey: string): fc.Arbitrary<Json[]> {
  return fc
    .uniqueArray(key, { maxLength: 3 })
    .chain((keys) => fc.tuple(...keys.map((value) => element.map((rest) => ({ ...rest, [mergeKey]: value })))))
}

function keyType({ type, mergeKey }: Field): fc.Arbitrary<unknown> {
  const { definition } = (type as { of: { definition: string } }).of
  return plain(schema.definition(definition).field.get(mergeKey)!.type)
}

function plain(type: FieldType): fc.Arbitrary<unknown> {
  if (type.kind === 'scalar') return scalar(type)
  if (type.kind === 'ref') return objectOf(type.definition)
  if (type.kind === 'array') return fc.array(plain(type.of), { maxLength: 3 })
  return fc.dictionary(word, plain(type.of), { maxKeys: 3 })
}

/** Any strategic merge patch for a definition, directives included. */
export function patchOf(definition: string, retains = false): fc.Arbitrary<Json> {
  const fields = fieldsOf(definition)
  const object = some(fields).chain((touched) => {
    const parts = touched.map((field) => fieldPatch(field))
    return fc.tuple(...parts).map((each) => Object.assign({}, ...each) as Json)
  })
  const directed = fc
    .tuple(object, fc.constantFrom('replace', 'delete'))
    .map(([patch, directive]) => ({ ...patch, $patch: directive }))
  const retaining = fc
    .tuple(object, fc.subarray(fields.map(({ name }) => name)))
    .map(([patch, names]) => ({ ...patch, $retainKeys: [...new Set([...names, ...Object.keys(patch)])] }))
  return fc.oneof(
    { weight: 20, arbitrary: object },
    { weight: 1, arbitrary: directed },
    { weight: retains ? 10 : 0, arbitrary: retaining },
  )
}

function fieldPatch(field: Field): fc.Arbitrary<Json> {
  const { name, type, patch } = field
  const retains = patch.includes('retainKeys')
  const gone = fc.constant({ [name]: null })
  const set = (value: fc.Arbitrary<unknown>): fc.Arbitrary<Json> => value.map((one) => ({ [name]: one }))
  const most = (arbitrary: fc.Arbitrary<Json>): fc.Arbitrary<Json> =>
    fc.oneof({ weight: 1, arbitrary: gone }, { weight: 6, arbitrary })
  if (type.kind === 'scalar') return most(set(scalar(type)))
  if (type.kind === 'ref') return most(set(patchOf(type.definition, retains)))
  if (type.kind === 'map') {
    return most(set(fc.dictionary(word, fc.option(plain(type.of), { nil: null }), { maxKeys: 3 })))
  }
  if (!patch.includes('merge')) return most(set(valueOf(field)))
  return type.of.kind === 'ref' ? most(elementsPatch(field, type.of.definition, retains)) : most(scalarsPatch(name))
}

function elementsPatch(field: Field, definition: string, retains: boolean): fc.Arbitrary<Json> {
  const { name, mergeKey } = field
  const ordinary = patchOf(definition, retains).map((one) => ({ ...one, $patch: undefined }))
  const element = fc.oneof(
    { weight: 6, arbitrary: ordinary },
    { weight: 1, arbitrary: fc.constant({ $patch: 'delete' }) },
  )
  const withKey = ({ $retainKeys, ...rest }: Json): Json =>
    $retainKeys === undefined ? rest : { ...rest, $retainKeys: [...new Set([...($retainKeys as string[]), mergeKey])] }
  const list = keyed(
    element.map((one) => JSON.parse(JSON.stringify(one)) as Json),
    keyType(field),
    mergeKey,
  ).map((elements) => elements.map(withKey))
  const keys = (elements: readonly Json[]): Json[] =>
    elements.filter(({ $patch }) => $patch !== 'delete').map((one) => ({ [mergeKey]: one[mergeKey] }))
  return fc.oneof(
    { weight: 6, arbitrary: list.map((elements) => ({ [name]: elements })) },
    { weight: 1, arbitrary: list.map((elements) => ({ [name]: [...elements, { $patch: 'replace' }] })) },
    {
      weight: 4,
      arbitrary: list.map((elements) => ({ [name]: elements, [`$setElementOrder/${name}`]: keys(elements) })),
    },
    { weight: 2, arbitrary: list.map((elements) => ({ [`$setElementOrder/${name}`]: keys(elements) })) },
  )
}

function scalarsPatch(name: string): fc.Arbitrary<Json> {
  const list = fc.uniqueArray(word, { minLength: 1, maxLength: 4 })
  return fc.oneof(
    list.map((elements) => ({ [name]: elements })),
    list.map((elements) => ({ [`$deleteFromPrimitiveList/${name}`]: elements })),
    list.map((elements) => ({ [`$setElementOrder/${name}`]: elements })),
    fc
      .tuple(fc.shuffledSubarray(['a', 'b', 'c', 'd']), fc.nat(3))
      .map(([all, cut]) => ({ [name]: all.slice(0, cut), [`$setElementOrder/${name}`]: all })),
  )
}

/** Any JSON, of few keys and values, so that two of them meet. */
export const json: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, word, number, fc.boolean(), tie('list'), tie('object')),
  list: fc.array(tie('value'), { maxLength: 3 }),
  object: fc.dictionary(word, tie('value'), { maxKeys: 4 }),
})).value

export const jsonObject: fc.Arbitrary<Json> = fc.dictionary(word, json, { maxKeys: 4 })
