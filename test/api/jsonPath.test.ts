import { describe, expect, test } from 'vitest'
import { type JsonPath, parseJsonPath, valuesAt } from '../../src/api/jsonPath.ts'

const object = {
  checks: [
    { name: 'a', on: true, list: [1] },
    { name: 'b', on: false, list: [1] },
  ],
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
    ['.spec.hosts[-9]', []],
    ['.spec.hosts[1:9]', []],
    ['.spec.hosts[2:1]', []],
    ['.spec.hosts[1:1]', []],
    ['.spec.hosts[::2]', ['a', 'c']],
    ['.spec.hosts[::0]', []],
    ['.spec.hosts[]', ['a']],
    ['.spec.hosts[-2]', ['b']],
    ['.spec.hosts[0, 2]', ['a', 'c']],
    ['.spec.hosts[0,9]', []],
    ['.spec.hosts[?(@=="b")]', ['b']],
    ['.spec.hosts[?(@)]', ['a', 'b', 'c']],
    ['.spec.ports[0]', []],
    ['.spec.ports[?(@.a)]', []],
    [".spec.ports['http','admin']", [80, 81]],
    ['.spec.hosts[1:]', ['b', 'c']],
    ['.spec.hosts[:1]', ['a']],
    ['.spec.hosts[*]', ['a', 'b', 'c']],
    ['.spec.ports.*', [81, 80]],
    ['.spec .ports.http', [80]],
    [".metadata.labels['app.kubernetes.io/name']", []],
    [String.raw`.metadata.labels['app\.kubernetes\.io/name']`, ['web']],
    [".status['conditions'][0]['type']", ['Ready']],
    [String.raw`.metadata.labels.app\.kubernetes\.io/name`, ['web']],
    ['.status.conditions[?(@.type=="Ready")].status', ['True']],
    [".status.conditions[?(@.type!='Ready')].type", ['Old', 'Bare']],
    ['.status.conditions[?(@.age>3)].type', ['Old']],
    ['.status.conditions[?(@.age<=9)].type', ['Ready', 'Old']],
    ['.status.conditions[?(@.status)].type', ['Ready', 'Old']],
    ['.status.conditions[?("Ready"==@.type)].status', ['True']],
    ['.status.conditions[?(@.gone=="a")].type', []],
    ['.status.conditions[?(@.type=="a) b")].type', []],
    ['.status.conditions[?(@.age>=3)].type', ['Ready', 'Old']],
    ['.status.conditions[?(@.age<9)].type', ['Ready']],
    ['.status.conditions[?(@.age!=3)].type', ['Old']],
    ['.checks[?(@.on==true)].name', ['a']],
    ['.checks[?(@.on==false)].name', ['b']],
    ['..type', ['Ready', 'Old', 'Bare']],
    ['..ports..http', [80]],
    ['.spec.ports..', [object.spec.ports]],
    ['..[?(@.age>3)].type', []],
    ['.spec.nothing', [null]],
    ['.spec.nothing.more', []],
    ['.spec.nothing[0]', []],
    ['.spec.absent.further', []],
    ['.constructor', []],
    ['.', []],
  ])('%s finds what it leads to', (path, found) => expect(at(path)).toEqual(found))

  // Upstream gives up on values of two kinds, of which whole numbers are one and fractions another.
  test.each([
    '.status.conditions[?(@.age=="3")].type',
    '.status.conditions[?(@.age!="3")].type',
    '.status.conditions[?(@.age>1.5)].type',
    '.status.conditions[?(@.type==Ready)].type',
    '.status.conditions[?(@.type=~"b")].type',
    '.status.conditions[?(@.*=="b")].type',
    '.checks[?(@.on>=true)].name',
    '.checks[?(@.list==1)].name',
    'spec',
  ])('%s suits no object', (path) => expect(at(path)).toEqual([]))

  test('lists may be long', () => {
    const items = Array.from({ length: 200_000 }, (_, number) => number)
    expect(valuesAt({ items }, parseJsonPath('.items[*]') as JsonPath)).toHaveLength(items.length)
  })

  test.each([
    '.spec[',
    '.spec[x]',
    '.spec["a"]',
    '.spec[-]',
    '.spec[0,x]',
    ".spec['a}']",
    "[?(@.a=='b')",
    '.a[(@.length-1)]',
    '.a[?(@.b>1 && @.b<3)]',
    '.a[?(& == 1)]',
  ])('%s is none', (path) => {
    expect(parseJsonPath(path)).toMatch(/^unrecognized character at /)
  })
})

test('a path is read in a time that grows with its length alone', () => {
  const hostile = [`[?(${"'".repeat(200_000)}`, `[?('${"a')".repeat(100_000)}`, `[?(@.a=="x" ${'")"'.repeat(50_000)}`]
  for (const text of hostile) expect(parseJsonPath(text)).toMatch(/^unrecognized character/)
}, 2_000)
