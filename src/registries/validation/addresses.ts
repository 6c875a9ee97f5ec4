/** IP addresses and ranges. Words mirror staging/src/k8s.io/apimachinery/pkg/util/validation/ip.go. */
import { canonicalIPv6, hasLeadingZero, isCIDR, isIPv4, isIPv6, isMapped, isMasked } from '../../api/addresses.ts'
import { invalid } from '../../api/fieldErrors.ts'
import type { Errors } from './common.ts'

export { isIPv4, isIPv6 } from '../../api/addresses.ts'

/** How addresses begin that may be special. */
const SPECIAL = /^(?:0|127|169|224|:|f)/i

/** Whether it is an address at all, and one that is read alike everywhere; `false` has been said. */
export function checkIP(errors: Errors, path: string, text: string): boolean {
  const why = addressFault(text)
  if (why !== undefined) errors.push(invalid(path, text, why))
  return why === undefined
}

function addressFault(text: string): string | undefined {
  if (!isIPv4(text) && !isIPv6(text)) return 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'
  if (hasLeadingZero(text)) return 'must not have leading 0s'
  return isMapped(text) ? 'must not be an IPv4-mapped IPv6 address' : undefined
}

/** The same, and as RFC 5952 writes it. */
export function checkCanonicalIP(errors: Errors, path: string, text: string): boolean {
  if (!checkIP(errors, path, text)) return false
  const canonical = text.includes(':') ? canonicalIPv6(text) : text
  if (canonical === text) return true
  errors.push(invalid(path, text, `must be in canonical form (${JSON.stringify(canonical)})`))
  return false
}

export function checkCIDR(errors: Errors, path: string, text: string): void {
  const why = rangeFault(text)
  if (why !== undefined) errors.push(invalid(path, text, why))
}

function rangeFault(text: string): string | undefined {
  if (!isCIDR(text)) return 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'
  const [address = ''] = text.split('/')
  if (hasLeadingZero(address) || /\/0\d/.test(text)) return 'must not have leading 0s in IP or prefix length'
  if (isMapped(address)) return 'must not have an IPv4-mapped IPv6 address'
  return isMasked(text) ? undefined : 'must not have bits set beyond the prefix length'
}

/** Addresses that name a place on one machine are no endpoint. Mirrors ValidateNonSpecialIP of core validation. */
export function checkOrdinaryIP(errors: Errors, path: string, text: string): void {
  if (!SPECIAL.test(text)) return
  const lower = text.toLowerCase()
  if (text === '0.0.0.0' || text === '::') errors.push(invalid(path, text, `may not be unspecified (${text})`))
  if (/^127\./.test(text) || text === '::1') {
    errors.push(invalid(path, text, 'may not be in the loopback range (127.0.0.0/8, ::1/128)'))
  }
  if (/^169\.254\./.test(text) || /^fe[89ab][0-9a-f]:/.test(lower)) {
    errors.push(invalid(path, text, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'))
  }
  if (/^224\.0\.0\./.test(text) || /^ff02:/.test(lower)) {
    errors.push(invalid(path, text, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'))
  }
}
