import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as names from '../../src/api/names.ts'

const nameLike = fc.oneof(fc.stringMatching(/^[-a-zA-Z0-9_.]{0,8}$/), fc.string({ maxLength: 6 }))
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const LABEL_1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/
const VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/
const WORD = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/

describe('names', () => {
  it.each([
    ['labels', names.labelErrors, LABEL],
    ['subdomains', names.subdomainErrors, SUBDOMAIN],
    ['service names', names.label1035Errors, LABEL_1035],
    ['label values', names.labelValueErrors, VALUE],
    ['qualified names', names.qualifiedNameErrors, WORD],
  ])('%s are accepted exactly where the regular expression of the message matches', (_, check, regex) => {
    fc.assert(
      fc.property(
        nameLike.filter((s) => !s.includes('/')),
        (text) => void expect(check(text).length === 0).toBe(regex.test(text)),
      ),
      { numRuns: 500 },
    )
  })

  it('have a greatest length', () => {
    expect(names.labelErrors('a'.repeat(64))).toEqual(['must be no more than 63 characters'])
    expect(names.labelErrors('a'.repeat(63))).toEqual([])
    expect(names.subdomainErrors('a'.repeat(254))).toEqual(['must be no more than 253 characters'])
    expect(names.labelValueErrors('a'.repeat(64))).toEqual(['must be no more than 63 bytes'])
    expect(names.qualifiedNameErrors('a'.repeat(64))).toEqual(['name part must be no more than 63 bytes'])
    expect(names.portNameErrors('a'.repeat(16))).toEqual(['must be no more than 15 characters'])
  })

  it('say what is wrong in the words of Kubernetes', () => {
    expect(names.labelErrors('Web')).toEqual([
      "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric " +
        "character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
    ])
    expect(names.qualifiedNameErrors('/a')).toEqual(['prefix part must be non-empty'])
    expect(names.qualifiedNameErrors('')[0]).toBe('name part must be non-empty')
    expect(names.qualifiedNameErrors('a/b/c')[0]).toMatch(
      /^a valid label key must consist of .* with an optional DNS subdomain prefix/,
    )
    expect(names.qualifiedNameErrors('Bad/b')[0]).toMatch(/^prefix part a lowercase RFC 1123 subdomain/)
    expect(names.qualifiedNameErrors('example.com/My_name.1')).toEqual([])
    expect(names.portNameErrors('1-1')).toEqual(['must contain at least one letter (a-z)'])
    expect(names.portNameErrors('-a--b')).toEqual([
      'must not contain consecutive hyphens',
      'must not begin or end with a hyphen',
    ])
    expect(names.portNumberErrors(0)).toEqual(['must be between 1 and 65535, inclusive'])
    expect(names.portNumberErrors(1.5)).toEqual(['must be between 1 and 65535, inclusive'])
    expect(names.envVarNameErrors('A=B')).toEqual([
      "a valid environment variable name must consist only of printable ASCII characters other than '='",
    ])
    expect(names.pathSegmentErrors('a/b%')).toEqual(["may not contain '/'", "may not contain '%'"])
  })
})
