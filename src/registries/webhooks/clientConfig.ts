/** Where the API server would call. Mirrors staging/src/k8s.io/apiserver/pkg/util/webhook/validation.go. */
import { invalid, required } from '../../api/fieldErrors.ts'
import { subdomainErrors } from '../../api/names.ts'
import type { Errors } from '../validation/common.ts'

const URL_FORM = '; desired format: https://host[/path]'
const FORM = /^([a-zA-Z][a-zA-Z0-9+.-]*):\/\/([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?$/

export function checkURL(url: string, at: string, errors: Errors): void {
  const match = FORM.exec(url)
  const [scheme = '', authority = '', query, fragment] = match === null ? [] : [match[1], match[2], match[4], match[5]]
  if (scheme !== 'https') errors.push(invalid(at, scheme, `'https' is the only allowed URL scheme${URL_FORM}`))
  const [user, host] = authority.includes('@') ? authority.split('@') : [undefined, authority]
  if (!host) errors.push(invalid(at, host ?? '', `host must be specified${URL_FORM}`))
  if (user !== undefined) errors.push(invalid(at, user, 'user information is not permitted in the URL'))
  if (fragment !== undefined) errors.push(invalid(at, fragment.slice(1), 'fragments are not permitted in the URL'))
  if (query !== undefined) errors.push(invalid(at, query.slice(1), 'query parameters are not permitted in the URL'))
}

interface ServiceReference {
  readonly name?: string
  readonly namespace?: string
  readonly path?: string
  readonly port?: number
}

export function checkServiceReference(service: ServiceReference, at: string, errors: Errors): void {
  const { name, namespace, path, port = 443 } = service
  if (!name) errors.push(required(`${at}.name`, 'service name is required'))
  if (!namespace) errors.push(required(`${at}.namespace`, 'service namespace is required'))
  if (port < 1 || port > 65535) {
    errors.push(invalid(`${at}.port`, port, 'port is not valid: must be between 1 and 65535, inclusive'))
  }
  if (path !== undefined && path !== '/') checkPath(path, `${at}.path`, errors)
}

function checkPath(path: string, at: string, errors: Errors): void {
  if (!path.startsWith('/')) {
    errors.push(invalid(at, path, "must start with a '/'"))
    return
  }
  const segments = path.slice(1).replace(/\/$/, '').split('/')
  for (const [i, segment] of segments.entries()) {
    if (segment === '') {
      errors.push(invalid(at, path, `segment[${i}] may not be empty`))
      continue
    }
    for (const said of subdomainErrors(segment)) errors.push(invalid(at, path, `segment[${i}]: ${said}`))
  }
}
