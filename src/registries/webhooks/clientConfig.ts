/** Where the API server would call. Mirrors staging/src/k8s.io/apiserver/pkg/util/webhook/validation.go. */
import { invalid, required } from '../../api/fieldErrors.ts'
import { subdomainErrors } from '../../api/names.ts'
import type { Errors } from '../validation/common.ts'

const URL_FORM = '; desired format: https://host[/path]'
const FORM = /^([a-zA-Z][a-zA-Z0-9+.-]*):\/\/([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?$/

export function checkURL(url: string, at: string, errors: Errors): void {
  const fault = urlFault(url)
  if (fault !== undefined) {
    errors.push(required(at, `url must be a valid URL: parse ${JSON.stringify(url)}: ${fault}${URL_FORM}`))
    return
  }
  const match = FORM.exec(url)
  const [scheme = '', authority = '', query, fragment] = match === null ? [] : [match[1], match[2], match[4], match[5]]
  if (scheme !== 'https') errors.push(invalid(at, scheme, `'https' is the only allowed URL scheme${URL_FORM}`))
  const [user, host] = authority.includes('@') ? authority.split('@') : [undefined, authority]
  if (!host) errors.push(invalid(at, host ?? '', `host must be specified${URL_FORM}`))
  if (user !== undefined) errors.push(invalid(at, user, 'user information is not permitted in the URL'))
  if (fragment !== undefined) errors.push(invalid(at, fragment.slice(1), 'fragments are not permitted in the URL'))
  if (query !== undefined) errors.push(invalid(at, query.slice(1), 'query parameters are not permitted in the URL'))
}

/** Why Go's net/url takes a text for no URL at all, of the reasons that one meets. */
function urlFault(url: string): string | undefined {
  if (/[\u0000-\u001f\u007f]/u.test(url)) return 'net/url: invalid control character in URL'
  if (url.startsWith(':')) return 'missing protocol scheme'
  const scheme = /^[a-zA-Z][a-zA-Z0-9+.-]*:/u.exec(url)?.[0] ?? ''
  const rest = url.slice(scheme.length).replace(/[?#].*$/su, '')
  const [segment = ''] = rest.split('/')
  if (scheme === '' && segment.includes(':')) return 'first path segment in URL cannot contain colon'
  const authority = /^\/\/([^/]*)/u.exec(rest)?.[1] ?? ''
  const host = authority.slice(authority.lastIndexOf('@') + 1)
  const odd = /[ "\\^`{|}]/u.exec(host)
  if (odd !== null) return `invalid character ${JSON.stringify(odd[0])} in host name`
  const port = /:[^:\]]*$/u.exec(host)?.[0]
  if (port !== undefined && !/^:\d*$/u.test(port)) return `invalid port ${JSON.stringify(port)} after host`
  const escape = /%(?![0-9a-fA-F]{2}).{0,2}/su.exec(rest)
  return escape === null ? undefined : `invalid URL escape ${JSON.stringify(escape[0])}`
}

interface ServiceReference {
  readonly name?: string
  readonly namespace?: string
  readonly path?: string
  readonly port?: number
}

export function checkServiceReference(service: ServiceReference, at: string, errors: Errors): void {
  const { name, namespace, path, port = 443 } = service
  // Whoever calls ValidateWebhookService mixes up the two, and so do its refusals.
  if (!namespace) errors.push(required(`${at}.name`))
  if (!name) errors.push(required(`${at}.namespace`))
  if (port < 1 || port > 65535) {
    errors.push(invalid(`${at}.port`, port, 'port is not valid: must be between 1 and 65535, inclusive'))
  }
  if (path && path !== '/') checkPath(path, `${at}.path`, errors)
}

function checkPath(path: string, at: string, errors: Errors): void {
  if (path === '//') {
    errors.push(invalid(at, path, 'segment[0] may not be empty'))
    return
  }
  if (!path.startsWith('/')) errors.push(invalid(at, path, "must start with a '/'"))
  const segments = path.slice(1).replace(/\/$/, '').split('/')
  for (const [i, segment] of segments.entries()) {
    if (segment === '') {
      errors.push(invalid(at, path, `segment[${i}] may not be empty`))
      continue
    }
    for (const said of subdomainErrors(segment)) errors.push(invalid(at, path, `segment[${i}]: ${said}`))
  }
}
