import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { corpusOf, generatedFiles } from '../../scripts/schema/files.ts'
import type { FieldType } from '../../src/api/schema/definition.ts'
import { nearestName } from '../../src/api/schema/nearest.ts'
import { createSchema } from '../../src/api/schema/schema.ts'
import { definitionLines } from '../../src/api/schema/table.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const schema = createSchema()
const names = definitionLines.map((line) => line.split(' ')[0]?.replace('~atomic', '') ?? '')

const referenceIn = (type: FieldType): string | undefined =>
  type.kind === 'ref' ? type.definition : type.kind === 'scalar' ? undefined : referenceIn(type.of)

describe('the schema', () => {
  test('knows the definition of every kind, and of no other', () => {
    expect(schema.definitionOf('v1', 'Pod')).toBe('core.v1.Pod')
    expect(schema.definitionOf('apps/v1', 'Deployment')).toBe('apps.v1.Deployment')
    expect(schema.definitionOf('rbac.authorization.k8s.io/v1', 'Role')).toBe('rbac.v1.Role')
    expect(schema.definitionOf('v1', 'Minion')).toBe(schema.definitionOf('v1', 'Node'))
    expect(schema.definitionOf('apps/v1beta1', 'Deployment')).toBeUndefined()
    expect(schema.kinds).toEqual(expect.arrayContaining(['v1/Binding', 'v1/Event', 'coordination.k8s.io/v1/Lease']))
  })

  test('has every definition that one of its definitions refers to', () => {
    for (const name of names) {
      for (const { type } of schema.definition(name).fields) {
        const reference = referenceIn(type)
        if (reference !== undefined) expect(schema.definition(reference).name).toBe(reference)
      }
    }
  })

  test('says how lists and maps are merged', () => {
    const spec = schema.definition('core.v1.PodSpec').field
    expect(spec.get('containers')).toMatchObject({
      required: true,
      listType: 'map',
      listKeys: ['name'],
      patch: ['merge'],
      mergeKey: 'name',
    })
    expect(spec.get('volumes')).toMatchObject({ patch: ['merge', 'retainKeys'], mergeKey: 'name' })
    expect(spec.get('tolerations')).toMatchObject({ listType: 'atomic', patch: [], mergeKey: '' })
    expect(spec.get('nodeSelector')).toMatchObject({ atomic: true, type: { kind: 'map', of: { scalar: 'string' } } })
    expect(spec.get('restartPolicy')?.values).toEqual(['Always', 'Never', 'OnFailure'])
    expect(schema.definition('core.v1.Container').field.get('ports')?.listKeys).toEqual(['containerPort', 'protocol'])
    expect(schema.definition('meta.v1.ObjectMeta').field.get('finalizers')).toMatchObject({
      listType: 'set',
      patch: ['merge'],
    })
    expect(schema.definition('core.v1.HostPathVolumeSource').field.get('type')?.values).toContain('')
    expect(schema.definition('meta.v1.LabelSelector').atomic).toBe(true)
  })

  test('cannot be changed by whoever reads it', () => {
    const definition = schema.definition('core.v1.Pod')
    for (const part of [
      schema,
      schema.kinds,
      definition,
      definition.fields,
      definition.fields[0],
      definition.fields[0]?.type,
    ]) {
      expect(Object.isFrozen(part)).toBe(true)
    }
  })

  test('is made anew for everyone who asks', () => {
    expect(createSchema().definition('core.v1.Pod')).not.toBe(schema.definition('core.v1.Pod'))
  })

  test('refuses the name of no definition', () => {
    expect(() => schema.definition('core.v1.Pot')).toThrow(RangeError)
  })
})

describe('the nearest name', () => {
  test.each([
    ['imagge', 'image'],
    ['Image', 'image'],
    ['iamge', 'image'],
    ['imagePulPolicy', 'imagePullPolicy'],
    ['nmae', 'name'],
    ['xyz', undefined],
  ])('to %s is %s', (wrong, right) => {
    expect(nearestName(wrong, ['image', 'imagePullPolicy', 'name', 'env'])).toBe(right)
  })
})

const corpus = existsSync(join(corpusOf(root), 'openapi'))

test.skipIf(!corpus)('the committed table and types are what the generator writes', { timeout: 60_000 }, async () => {
  for (const [file, content] of await generatedFiles(root)) expect(readFileSync(join(root, file), 'utf8')).toBe(content)
})
