/** What kubectl v1.36.0 printed of many objects of a kube-apiserver v1.36.0 is what ours prints of them. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { importCluster } from '../../../src/index.ts'
import { type Printed, refOf, shown } from './subjects.ts'

interface Recording {
  /** When it was printed, from which ages are told. */
  readonly at: string
  readonly printed: readonly Printed[]
}

const folder = fileURLToPath(new URL('recorded', import.meta.url))

/** Each server counts for itself. */
const withoutVersion = (text: string): string => text.replace(/(Resource Version: +)\d+/u, '$1')

describe.each(readdirSync(folder))('%s', (file) => {
  const { at, printed } = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as Recording
  const moment = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'default', name: 'moment', uid: 'moment', creationTimestamp: at },
  }
  const { cluster } = importCluster([...printed.map(({ object }) => object), moment])

  test.each(printed.map((each) => [`${each.object.metadata.namespace ?? ''} ${refOf(each.object)}`, each] as const))(
    '%s',
    (_, each) => {
      const ours = shown(cluster, each.object)
      expect(ours.get).toBe(each.get)
      if (each.describe !== undefined) expect(withoutVersion(ours.describe)).toBe(withoutVersion(each.describe))
    },
  )
})
