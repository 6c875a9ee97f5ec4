import { describe, expect, test } from 'vitest'
import { type JsonPath, parseJsonPath, valuesAt } from '../../src/api/jsonPath.ts'

const object = {
  metadata: { labels: { 'app.kubernetes.io/name': 'web' } },
  spec: { hosts: ['a', 'b', 'c'], nothing: null, ports: { http: 80, admin: 81 } },
  status: {
    conditions: [{ type: 'Ready', status: 'True', age: 3 }, { type: 'Old', status: 'False', age: 9 }, { type: 'Bare' }],
  },
}

const at = (path: string): readonly unknown[] => valuesAt(object, parseJsonPath(path) as JsonPath)

describe('a path', () => {
  test.each([
    ['.spec.hosts[0]', ['a']],
    ['.spec.hosts[-1]', ['c']],
    ['.spec.hosts[9]', []],
    ['.spec.hosts[1:]', ['b', 'c']],
    ['.spec.hosts[:1]', ['a']],
    ['.spec.hosts[*]', ['a', 'b', 'c']],
    ['.spec.ports.*', [81, 80]],
    ['{.spec.ports.http}', [80]],
    [".metadata.labels['app.kubernetes.io/name']", ['web']],
    [String.raw`.metadata.labels.app\.kubernetes\.io/name`, ['web']],
    ['.status.conditions[?(@.type=="Ready")].status', ['True']],
    [".status.conditions[?(@.type!='Ready')].type", ['Old', 'Bare']],
    ['.status.conditions[?(@.age>3)].type', ['Old']],
    ['.status.conditions[?(@.age<=9)].type', ['Ready', 'Old']],
    ['.status.conditions[?(@.status)].type', ['Ready', 'Old']],
    ['..type', ['Ready', 'Old', 'Bare']],
    ['.spec.nothing', []],
    ['.spec.absent.further', []],
    ['.constructor', []],
    ['.', [object]],
  ])('%s finds what it leads to', (path, found) => expect(at(path)).toEqual(found))

  test.each(['spec', '.spec[', '.spec[?(@.a=~"b")]', '.spec[x]', '.a..', "[?(@.a=='b')"])('%s is none', (path) => {
    expect(parseJsonPath(path)).toMatch(/^unrecognized character at /)
  })
})
