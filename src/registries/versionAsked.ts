/**
 * At which resourceVersion something is read. Mirrors ValidateListOptions of apimachinery/pkg/apis/meta/internalversion,
 * ParseResourceVersion of apiserver/pkg/storage/api_object_versioner.go and GetList of its cacher and of its etcd3.
 */
import { badRequest, expired, invalid, tooLargeVersion, uncoded } from '../api/errors.ts'
import { type FieldError, forbidden, notSupported } from '../api/fieldErrors.ts'
import { said } from '../api/said.ts'
import { Compacted, FutureRevision } from '../store/errors.ts'
import type { Store } from '../store/store.ts'
import type { View } from '../store/view.ts'
import type { ListVersionRequest, Selection, VersionRequest } from './context.ts'

/** When a reader should ask again for a version that is not reached yet, in seconds: a watch cache says so. */
const askAgainAfter = 1

type Asked = ListVersionRequest & Pick<Selection, 'limit' | 'continue'>

/** The revision that a list is to be of exactly; undefined for what there is. Throws where it is none that there is. */
export function exactRevision(asked: Asked, current: number, isCached: boolean): number | undefined {
  const { resourceVersion = '', resourceVersionMatch: match = '', limit = 0 } = asked
  checkText(resourceVersion)
  checkMatch(asked, resourceVersion, match)
  if (resourceVersion === '') return undefined
  const isContinued = (asked.continue ?? '') !== ''
  if (isContinued && resourceVersion !== '0')
    throw badRequest('specifying resource version is not allowed when using continue')
  const fault = faultOf(resourceVersion)
  if (fault !== undefined) throw badRequest(`invalid resource version: ${fault}`)
  const isExact = match === 'Exact' || (match === '' && limit !== 0)
  checkReached(resourceVersion, current, isCached && !isExact ? askAgainAfter : 0)
  const revision = Number(resourceVersion)
  return isExact && revision !== 0 ? revision : undefined
}

/** Refuses to read one object at a version that is none, or not reached yet; any that is older will do. */
export function checkVersion({ resourceVersion = '' }: VersionRequest, current: number, isCached: boolean): void {
  checkText(resourceVersion)
  if (resourceVersion === '') return
  const fault = faultOf(resourceVersion)
  if (fault !== undefined) throw uncoded(fault)
  checkReached(resourceVersion, current, isCached ? askAgainAfter : 0)
}

/** The state at a revision. Throws Expired, in these words and with a token to go on with, where it is no longer kept. */
export function stateAt(store: Store, revision: number, message: string, token?: string): View {
  try {
    return store.at(revision)
  } catch (error) {
    if (error instanceof FutureRevision) throw tooLargeVersion(String(revision), error.current, 0)
    throw error instanceof Compacted ? expired(message, token) : error
  }
}

function checkText(resourceVersion: unknown): void {
  if (typeof resourceVersion !== 'string')
    throw badRequest(`resourceVersion: expected a string, got ${said(resourceVersion)}`)
}

function checkMatch({ continue: token = '' }: Asked, resourceVersion: string, match: unknown): void {
  if (match === '') return
  const field = 'resourceVersionMatch'
  const errors: FieldError[] = []
  if (resourceVersion === '')
    errors.push(forbidden(field, 'resourceVersionMatch is forbidden unless resourceVersion is provided'))
  if (token !== '') errors.push(forbidden(field, 'resourceVersionMatch is forbidden when continue is provided'))
  if (match !== 'Exact' && match !== 'NotOlderThan')
    errors.push(notSupported(field, match, ['Exact', 'NotOlderThan', '']))
  if (match === 'Exact' && resourceVersion === '0')
    errors.push(forbidden(field, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'))
  if (errors.length > 0) throw invalid('ListOptions', 'meta.k8s.io', '', errors)
}

const largest = 18_446_744_073_709_551_615n

/** Why a text is no version. */
function faultOf(text: string): string | undefined {
  const isNumber = /^\d+$/u.test(text)
  if (isNumber && BigInt(text) <= largest) return undefined
  const value = JSON.stringify(text)
  const why = isNumber ? 'value out of range' : 'invalid syntax'
  return `resourceVersion: Invalid value: ${value}: strconv.ParseUint: parsing ${value}: ${why}`
}

function checkReached(resourceVersion: string, current: number, retryAfterSeconds: number): void {
  const asked = BigInt(resourceVersion)
  if (asked > BigInt(current)) throw tooLargeVersion(String(asked), current, retryAfterSeconds)
}
