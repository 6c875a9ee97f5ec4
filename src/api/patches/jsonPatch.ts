/**
 * RFC 6902. What the RFC leaves open, and the words, mirror gopkg.in/evanphx/json-patch.v4, which the API server uses:
 * `replace` of a key that is not there adds it, a negative index counts from the end, a missing value is null.
 */
import { badRequest, rejected, tooLarge } from '../errors.ts'
import { copyJson, has, isJsonObject, kindOf, sameJson } from './json.ts'

/** One step of a JSON patch; `path` and `from` are JSON pointers such as `/spec/containers/0/image`. */
export interface JsonPatchOperation {
  readonly op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test' | (string & {})
  readonly path: string
  readonly from?: string
  readonly value?: unknown
}

/** More are refused, as by the API server. */
const mostOperations = 10_000

const fields: readonly string[] = Object.freeze(['op', 'path', 'from', 'value'])

/** Checks the form of a patch. Throws BadRequest, or Invalid for a field that an operation does not have. */
export function checkJsonPatch(patch: unknown): readonly JsonPatchOperation[] {
  if (!Array.isArray(patch))
    throw badRequest(`error decoding patch: expected a list of operations, got ${nameOf(patch)}`)
  if (patch.length > mostOperations) {
    const said = `The allowed maximum operations in a JSON patch is ${mostOperations}, got ${patch.length}`
    throw tooLarge(said)
  }
  for (const [index, operation] of patch.entries()) checkOperation(operation, index)
  return patch as JsonPatchOperation[]
}

function checkOperation(operation: unknown, index: number): void {
  if (!isJsonObject(operation))
    throw badRequest(`error decoding patch: [${index}]: expected an operation, got ${nameOf(operation)}`)
  for (const field of ['op', 'path', 'from']) {
    const value = operation[field]
    if (value !== undefined && value !== null && typeof value !== 'string')
      throw badRequest(`error decoding patch: [${index}].${field}: expected a string, got ${nameOf(value)}`)
  }
  const unknown = Object.keys(operation).find((key) => !fields.includes(key))
  if (unknown !== undefined) throw rejected(`json patch unknown field "[${index}].${unknown}"`, `[${index}].${unknown}`)
}

function nameOf(value: unknown): string {
  const kind = kindOf(value)
  return kind === 'null' ? kind : kind === 'object' ? 'an object' : `a ${kind}`
}

/** The document after all operations; it shares nothing with the one before. Throws Invalid when one does not apply. */
export function applyJsonPatch(document: unknown, patch: readonly JsonPatchOperation[]): unknown {
  const root = { document: copyJson(document) }
  for (const operation of patch) apply(root, operation)
  return root.document
}

interface Root {
  document: unknown
}

type Holder = Record<string, unknown> | unknown[]

function apply(root: Root, operation: JsonPatchOperation): void {
  switch (operation.op) {
    case 'add':
      return add(root, operation)
    case 'remove':
      return remove(root, operation)
    case 'replace':
      return replace(root, operation)
    case 'move':
      return move(root, operation)
    case 'copy':
      return copy(root, operation)
    case 'test':
      return test(root, operation)
    default:
      throw rejected(`Unexpected kind: ${operation.op ?? 'unknown'}`, operation.path ?? '')
  }
}

function add(root: Root, operation: JsonPatchOperation): void {
  const path = pointer(operation, 'add operation failed to decode path')
  const found = find(root, path)
  if (found === undefined)
    throw rejected(`add operation does not apply: doc is missing path: "${path}": missing value`, path)
  put(found.holder, found.key, copyJson(operation.value ?? null), path, 'add')
}

function remove(root: Root, operation: JsonPatchOperation): void {
  const path = pointer(operation, 'remove operation failed to decode path')
  const found = find(root, path)
  if (found === undefined)
    throw rejected(`remove operation does not apply: doc is missing path: "${path}": missing value`, path)
  take(found.holder, found.key, `error in remove for path: '${path}'`, path)
}

function replace(root: Root, operation: JsonPatchOperation): void {
  const path = pointer(operation, 'replace operation failed to decode path: operation missing path field')
  const value = copyJson(operation.value ?? null)
  if (path === '') {
    if (kindOf(value) !== 'object' && kindOf(value) !== 'list')
      throw rejected('replace operation value must be object or array', path)
    root.document = value
    return
  }
  const found = find(root, path)
  if (found === undefined)
    throw rejected(`replace operation does not apply: doc is missing path: ${path}: missing value`, path)
  const { holder, key } = found
  if (!Array.isArray(holder)) {
    holder[key] = value
    return
  }
  const index = indexIn(holder, key)
  if (typeof index === 'string')
    throw rejected(`replace operation does not apply: doc is missing key: ${path}: missing value`, path)
  holder[index] = value
}

function move(root: Root, operation: JsonPatchOperation): void {
  const from = origin(operation, 'move')
  const source = find(root, from)
  if (source === undefined)
    throw rejected(`move operation does not apply: doc is missing from path: ${from}: missing value`, from)
  const value = take(source.holder, source.key, `error in move for path: '${source.key}'`, from)
  const path = pointer(operation, 'move operation failed to decode path: operation missing path field')
  const target = find(root, path)
  if (target === undefined)
    throw rejected(`move operation does not apply: doc is missing destination path: ${path}: missing value`, path)
  put(target.holder, target.key, value, path, 'move')
}

function copy(root: Root, operation: JsonPatchOperation): void {
  const from = origin(operation, 'copy')
  const source = find(root, from)
  if (source === undefined)
    throw rejected(`copy operation does not apply: doc is missing from path: ${from}: missing value`, from)
  const value = get(source.holder, source.key, `error in copy for from: '${from}'`, from)
  const path = pointer(operation, 'copy operation failed to decode path')
  const target = find(root, path)
  if (target === undefined)
    throw rejected(`copy operation does not apply: doc is missing destination path: ${path}: missing value`, path)
  put(target.holder, target.key, copyJson(value ?? null), path, 'copy')
}

function test(root: Root, operation: JsonPatchOperation): void {
  const path = pointer(operation, 'test operation failed to decode path: operation missing path field')
  const found = path === '' ? undefined : find(root, path)
  if (path !== '' && found === undefined)
    throw rejected(`test operation does not apply: is missing path: ${path}: missing value`, path)
  const value =
    found === undefined ? root.document : get(found.holder, found.key, `error in test for path: '${path}'`, path)
  if (!sameJson(value ?? null, operation.value ?? null))
    throw rejected(`testing value ${path} failed: test failed`, path)
}

function pointer({ path }: JsonPatchOperation, otherwise: string): string {
  if (typeof path === 'string') return path
  throw rejected(`${otherwise}: missing value`, 'path')
}

function origin({ from }: JsonPatchOperation, op: string): string {
  if (typeof from === 'string') return from
  throw rejected(`${op} operation failed to decode from: operation, missing from field: missing value`, 'from')
}

/** The object or list in which a pointer ends, and the key or index there; undefined when there is none. */
function find(root: Root, path: string): { holder: Holder; key: string } | undefined {
  const keys = path.split('/').slice(1).map(unescaped)
  const key = keys.pop()
  if (key === undefined) return undefined
  // Assigned, this key would set a prototype.
  if (key === '__proto__') throw rejected(`${path}: must not be named __proto__`, path)
  let at: unknown = root.document
  for (const step of keys) at = inside(at, step)
  return isJsonObject(at) || Array.isArray(at) ? { holder: at as Holder, key } : undefined
}

function inside(value: unknown, key: string): unknown {
  if (Array.isArray(value)) {
    const index = indexIn(value, key)
    return typeof index === 'string' ? undefined : value[index]
  }
  return isJsonObject(value) && has(value, key) ? value[key] : undefined
}

function unescaped(key: string): string {
  return key.includes('~') ? key.replaceAll('~1', '/').replaceAll('~0', '~') : key
}

/** Which element of a list a key means, or what is wrong with it. `room` is 1 where one may be put behind the last. */
function indexIn(list: readonly unknown[], key: string, room: 0 | 1 = 0): number | string {
  if (!/^[+-]?\d+$/u.test(key)) return `strconv.Atoi: parsing ${JSON.stringify(key)}: invalid syntax`
  const index = Number(key)
  const most = list.length + room
  if (index >= most || index < -most) return `Unable to access invalid index: ${index}: invalid index referenced`
  return index < 0 ? index + most : index
}

function get(holder: Holder, key: string, what: string, path: string): unknown {
  if (!Array.isArray(holder)) return has(holder, key) ? holder[key] : undefined
  const index = indexIn(holder, key)
  if (typeof index === 'string') throw rejected(`${what}: ${index}`, path)
  return holder[index] as unknown
}

function take(holder: Holder, key: string, what: string, path: string): unknown {
  const value = get(holder, key, what, path)
  if (Array.isArray(holder)) holder.splice(indexIn(holder, key) as number, 1)
  else if (!has(holder, key)) throw rejected(`${what}: Unable to remove nonexistent key: ${key}: missing value`, path)
  else delete holder[key]
  return value
}

function put(holder: Holder, key: string, value: unknown, path: string, op: 'add' | 'move' | 'copy'): void {
  if (!Array.isArray(holder)) {
    holder[key] = value
    return
  }
  if (key === '-') {
    holder.push(value)
    return
  }
  const index = indexIn(holder, key, 1)
  if (typeof index === 'number') {
    holder.splice(index, 0, value)
    return
  }
  const what = op === 'copy' ? 'error while adding value during copy' : `error in ${op} for path: '${path}'`
  const said = index.startsWith('strconv') ? `value was not a proper array index: '${key}': ${index}` : index
  throw rejected(`${what}: ${said}`, path)
}
