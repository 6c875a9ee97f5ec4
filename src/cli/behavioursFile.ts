import { isStatusError } from '../api/errors.ts'
import { isObject } from '../api/object.ts'
import { readYaml } from '../client/readYaml.ts'
import { type Behaviour, createBehaviours } from '../node/behaviour.ts'
import { Refused } from './output.ts'
import { readText } from './sources.ts'

/** The behaviours of a file: a list of them, or an object with one under `behaviours`. Throws Refused. */
export function readBehaviours(path: string): readonly Behaviour[] {
  const text = readText(path)
  try {
    const [document, ...more] = readYaml(text)
    const list = isObject(document) ? (document as { behaviours?: unknown }).behaviours : document
    if (!Array.isArray(list) || more.length > 0)
      throw new Refused(`error: ${path}: expected one list of behaviours, such as [{ image: 'batch:*', run: 30s }]`)
    createBehaviours(list as Behaviour[])
    return list as Behaviour[]
  } catch (error) {
    if (isStatusError(error)) throw new Refused(`error: ${path}: ${error.status.message}`)
    throw error
  }
}
