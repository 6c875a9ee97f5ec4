/** What an API server was asked and what it said, in a form in which two servers can be compared. */
import { isStatusError, type Status } from '../../../src/index.ts'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** `create` and `update` send the object with changes, `status` as its status; the others send a patch of that type. */
export type Verb = 'create' | 'update' | 'status' | 'merge' | 'strategic'

/** At a JSON pointer there is a value; without one, nothing. */
export type Change = readonly [pointer: string, value?: Json]

export interface Request {
  readonly verb: Verb
  /** Of the object; of a patch, what it says. */
  readonly set?: readonly Change[]
  readonly patch?: Json
}

/** What a refusal says: code and reason, then its causes in order, or its message. */
export type Refusal = readonly string[]

/** An object as lines `pointer value`, sorted; without what no two servers would say alike. */
export type Lines = readonly string[]

export type Answer = { readonly refused: Refusal } | { readonly lines: Lines }

/** A request and its answer: an object is told by how its lines differ from those of the one it was made from. */
export interface Asked extends Request {
  readonly refused?: Refusal
  readonly more?: Lines
  readonly less?: Lines
}

export interface Recording {
  /** Such as `v1/Pod`. */
  readonly kind: string
  /** The lines of the object as it was created. */
  readonly lines: Lines
  readonly asked: readonly Asked[]
}

type Fields = Record<string, Json>

/** An object with changes made to it. */
export function changed(object: Json, changes: readonly Change[]): Json {
  const next = structuredClone(object)
  for (const change of changes) {
    const keys = change[0].slice(1).split('/').map(unescaped)
    const last = keys.pop()!
    const inside = keys.reduce((at, key) => at[key] as Fields, next as Fields)
    if (change.length === 1) delete inside[last]
    else inside[last] = change[1]!
  }
  return next
}

/** The changes that make one object of another. */
export function changesTo(from: Json | undefined, to: Json | undefined, at = ''): Change[] {
  if (JSON.stringify(from) === JSON.stringify(to)) return []
  if (to === undefined) return [[at]]
  if (!isFields(from) || !isFields(to) || Array.isArray(from) !== Array.isArray(to)) return [[at, to]]
  if (Array.isArray(from) && from.length !== (to as unknown as Json[]).length) return [[at, to]]
  const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])]
  return keys.flatMap((key) => changesTo(from[key], to[key], `${at}/${escaped(key)}`))
}

const isFields = (value: Json | undefined): value is Fields => typeof value === 'object' && value !== null
const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1')
const unescaped = (key: string): string => key.replaceAll('~1', '/').replaceAll('~0', '~')

const compound = /^((?:Invalid|Duplicate) value: )(?:\{.*\}|\[.*\]|null)(?=:|$)/su
/** What is of one server alone, what one says and the other does not, and what Go says of its own types. */
const more = new RegExp(
  [
    '((?:UID|ResourceVersion) in (?:object meta: |record \\())[-\\da-f]+',
    '(the server rejected our request due to an error in our request).*',
    '(error decoding patch: ).*',
    '(allow it to be set to 1 if it was previously negative\\)).*',
    '(is immutable after creation(?: except [\\w\\s.]+ for bound claims)?)\\n.*',
  ].join('|'),
  'su',
)
const account = /(kube-api-access-)[a-z0-9]{5}/gu
/** The end of a name that a server made. */
const drawn = /[a-z0-9]{5}"/u
const uuids = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/gu
/** What every server says in its own way. */
const ownMetadata = ['uid', 'resourceVersion', 'creationTimestamp', 'managedFields']
const allocated = /^\/spec\/(?:clusterIPs?|healthCheckNodePort)(?:\/|$)|^\/spec\/ports\/\d+\/nodePort$/u

/** `now`: the moments in which the server said it look so. */
export function linesOf(object: Json, now: RegExp): Lines {
  const { metadata } = object as { metadata?: { name?: string; uid?: string; generateName?: string } }
  const lines: string[] = []
  const walk = (value: Json, at: string): void => {
    if (isNoList(value)) return
    if (isFields(value) && !Object.values(value).every(isNoList)) {
      for (const key of Object.keys(value).sort()) {
        if (at === '/metadata' && ownMetadata.includes(key)) continue
        walk(value[key]!, `${at}/${escaped(key)}`)
      }
    } else lines.push(`${at} ${isFields(value) ? '{}' : JSON.stringify(value)}`)
  }
  walk(object, '')
  const { kind } = object as { kind?: string }
  return lines
    .filter((line) => kind !== 'Service' || !allocated.test(line.slice(0, line.indexOf(' '))))
    .map((line) => (metadata?.generateName === undefined ? line : line.replaceAll(`"${metadata.name!}"`, 'HASH')))
    .map((line) => (metadata?.uid === undefined ? line : line.replaceAll(metadata.uid, 'UID')))
    .map((line) => line.replace(now, 'NOW').replace(account, '$1HASH'))
}

/** A server may say that there is no list, or one with nothing in it. */
const isNoList = (value: Json): boolean => value === null || (Array.isArray(value) && value.length === 0)

/**
 * Causes that come from a map stand in no order there, and values that are no scalars are shown as the server's own
 * types have them: with fields that no manifest has.
 */
export function refusalOf({ code, reason, message, details }: Status): Refusal {
  const head = `${code} ${reason ?? ''}`
  const short = (said: string): string =>
    said.replace(compound, '$1…').replace(uuids, 'UID').replace(account, '$1HASH').replace(more, '$1$2$3$4$5')
  if (reason !== 'Invalid' || details?.causes === undefined || message.startsWith('the server'))
    return [head, short(message)]
  const isDrawn = details.causes.some(({ field }) => field === 'metadata.generateName')
  const causes = details.causes.map(({ field = '', message: said }) =>
    isDrawn && field === 'metadata.name'
      ? `${field}: ${short(said).replace(drawn, 'HASH"')}`
      : `${field}: ${short(said)}`,
  )
  return [head, ...[...new Set(causes)].sort()]
}

/** Kinds that the server itself acts on as soon as they are there: their status is another everywhere, unless it is what is written. */
export const actedOn: readonly string[] = [
  'apiregistration.k8s.io/v1/APIService',
  'apiextensions.k8s.io/v1/CustomResourceDefinition',
]

/** What was recorded of an answer to a request about an object of these lines. */
export function asked(kind: string, request: Request, answer: Answer, lines: Lines): Asked {
  if ('refused' in answer) return { ...request, refused: answer.refused }
  const isTold = (line: string): boolean =>
    request.verb === 'status' || !actedOn.includes(kind) || !line.startsWith('/status')
  return {
    ...request,
    more: answer.lines.filter((line) => isTold(line) && !lines.includes(line)),
    less: lines.filter((line) => isTold(line) && !answer.lines.includes(line)),
  }
}

/** Our own answer. */
export function answered(act: () => unknown, now: RegExp): Answer {
  try {
    return { lines: linesOf(JSON.parse(JSON.stringify(act())) as Json, now) }
  } catch (error) {
    if (!isStatusError(error)) throw error
    return { refused: refusalOf(error.status) }
  }
}

/** Some of what is wrong with a patch is an error of the server's own there. */
export function isTheirFault(theirs: Asked | Answer, ours: Answer): boolean {
  return (
    'refused' in theirs &&
    theirs.refused?.[0]?.startsWith('500') === true &&
    'refused' in ours &&
    ours.refused[0]!.startsWith('4')
  )
}
