import { describe, expect, test } from 'vitest'
import { ConstantError, ExpressionErrors, shownErrors } from '../../../src/api/cel/ast.ts'
import { compileExpression } from '../../../src/api/cel/compiler.ts'
import { CelError, type Value } from '../../../src/api/cel/values.ts'
import { expressionType } from '../../../src/api/customSchema/expressionTypes.ts'
import { expressionValue } from '../../../src/api/customSchema/expressionValues.ts'
import type { JSONSchemaProps } from '../../../src/api/types/apiextensions.ts'

const TOO_MUCH = 'operation cancelled: actual cost limit exceeded'

const text: JSONSchemaProps = { type: 'string' }
const integer: JSONSchemaProps = { type: 'integer' }
const part: JSONSchemaProps = { type: 'object', properties: { name: text, weight: integer, note: text } }

const schema: JSONSchemaProps = {
  type: 'object',
  properties: {
    count: integer,
    share: { type: 'number' },
    whole: { type: 'number' },
    crown: text,
    percent: { 'x-kubernetes-int-or-string': true },
    port: { 'x-kubernetes-int-or-string': true },
    blob: { type: 'string', format: 'byte' },
    wait: { type: 'string', format: 'duration' },
    day: { type: 'string', format: 'date' },
    at: { type: 'string', format: 'date-time' },
    labels: { type: 'object', additionalProperties: text },
    maybe: { type: 'object', additionalProperties: { type: 'string', nullable: true } },
    parts: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items: part,
    },
    groups: {
      type: 'array',
      items: { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'], items: part },
    },
    set: { type: 'array', 'x-kubernetes-list-type': 'set', items: text },
    list: { type: 'array', items: integer },
    inner: { type: 'object', properties: { deep: { type: 'object', properties: { x: integer } } } },
    nothing: { type: 'string', nullable: true },
    absent: integer,
    open: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { known: integer } },
    opens: { type: 'array', items: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
    anything: { 'x-kubernetes-preserve-unknown-fields': true },
    guest: { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
    namespace: text,
    'a.b': text,
    'a-b': text,
    'a/b': text,
    a__b: text,
    self: text,
    all: text,
    '9': text,
  },
}

const object = {
  count: 10,
  share: 10.49,
  whole: 3,
  crown: 'Crown 👑',
  percent: '25%',
  port: 80,
  blob: 'QUI=',
  wait: '1h2m3s4ms',
  day: '1997-07-16',
  at: '2011-08-18T19:03:37.010000000+01:00',
  labels: { app: 'web', './-': 'odd' },
  maybe: { a: null, b: 'b' },
  parts: [
    { name: 'a', weight: 1 },
    { name: 'b', weight: 2, note: 'z' },
  ],
  groups: [[{ name: 'a', weight: 1 }, { name: 'b' }], [{ name: 'b' }, { name: 'a', weight: 5 }], [{ name: 'c' }]],
  set: ['a', 'b', 'c'],
  list: [1, 1, 2, 3],
  inner: {},
  nothing: null,
  open: { known: 1, more: 'x' },
  opens: [{ a: 1 }, { a: 2 }, { a: 2 }],
  anything: 5,
  guest: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'n' }, spec: {} },
  namespace: 'n',
  'a.b': 'dot',
  'a-b': 'dash',
  'a/b': 'slash',
  a__b: 'under',
  self: 'me',
  all: 'every',
}

const type = expressionType(schema, false)!
const compile = (source: string): ReturnType<typeof compileExpression> =>
  compileExpression(source, new Map([['self', type]]))
const evaluate = (source: string): Value => compile(source).evaluate({ self: expressionValue(schema, object, false) })

function faultOf(source: string): string {
  try {
    return String(evaluate(source))
  } catch (error) {
    if (error instanceof ExpressionErrors || error instanceof ConstantError || error instanceof CelError)
      return error.message
    throw error
  }
}

/** What cel-go and the API server's own tests and documents say is so. */
describe('it holds that', () => {
  test.each([
    [
      'arithmetic',
      ['1 + 2 * 3 == 7', '7 / 2 == 3', '-7 / 2 == -3', '-7 % 3 == -1', '7.0 / 2.0 == 3.5', '2u + 3u == 5u'],
    ],
    [
      'numbers',
      ['0x1F == 31', '1e3 == 1000.0', '.5 == 0.5', '-9223372036854775808 < 0', '1 < 1.5', '2u > 1', '1.0 <= 1'],
    ],
    [
      'numbers of several types',
      ['dyn(1) == 1.0', '1 in [dyn(1.0)]', '{1: "a"}[dyn(1u)] == "a"', 'dyn(1) != dyn("1")'],
    ],
    ['logic', ['true || false && false', '!(true && false)', '!!true', 'true ? true : false', 'false || !false']],
    [
      'what settles itself',
      ['1 / 0 == 1 || true', 'true || 1 / 0 == 1', '!(1 / 0 == 1 && false)', '!(false && 1 / 0 == 1)'],
    ],
    [
      'quotes',
      [
        `'a' == "a"`,
        `'''a\nb''' == "a\\nb"`,
        `r'\\d' == '\\\\d'`,
        `'\\u00e9\\x41\\101' == 'éAA'`,
        `b'\\x41B' == b'AB'`,
      ],
    ],
    ['comments', ['1 == 1 // so it is\n && true']],
    [
      'texts',
      ['size(self.crown) == 7', "self.crown.charAt(6) == '👑'", "self.crown.endsWith('👑')", "'a' < 'b' && 'Z' < 'a'"],
    ],
    [
      'places in texts',
      [
        "'tacocat'.indexOf('c', 3) == 4",
        "'tacocat'.lastIndexOf('c') == 4",
        "'x'.indexOf('y') == -1",
        "'abc'.substring(1, 2) == 'b'",
      ],
    ],
    [
      'parts of texts',
      [
        "'a,b,c'.split(',', 2) == ['a', 'b,c']",
        "'ab'.split('') == ['a', 'b']",
        "['x', 'y'].join('-') == 'x-y'",
        "' \\t a '.trim() == 'a'",
      ],
    ],
    [
      'other texts',
      [
        "'hello'.replace('l', 'L', 1) == 'heLlo'",
        "'ÀbC'.upperAscii() == 'ÀBC'",
        `strings.quote('a"') == '"a\\\\""'`,
        "'aXb'.lowerAscii() == 'axb'",
      ],
    ],
    [
      'expressions',
      [
        "'abc'.matches('b')",
        "!'abc'.matches('^b')",
        "'v1.22'.find('[0-9]+') == '1'",
        "'a1b22'.findAll('[0-9]+') == ['1', '22']",
        "'a1b2'.findAll('[0-9]', 1) == ['1']",
        "matches('AB', '(?i)^ab$')",
      ],
    ],
    [
      'formats of texts',
      [
        "'%d-%s-%.2f'.format([1, 'x', 2.456]) == '1-x-2.46'",
        "'%x %X %b %o'.format([255, 255, 5, 8]) == 'ff FF 101 10'",
        "'%s %s'.format([[1, 2], {'b': 1, 'a': true}]) == '[1, 2] {\"a\":true, \"b\":1}'",
        "'100%%'.format([]) == '100%'",
        "'%s %s'.format([b'é', [b'é']]) == 'é [b\"é\"]'",
        "'%e'.format([1234.5]) == '1.234500×10⁰³'",
      ],
    ],
    [
      'conversions',
      [
        'int(self.share) == self.count',
        "string(10.0) == '10'",
        "string(self.share) == '10.49'",
        "string(1e21) == '1e+21'",
        "double('1.5') == 1.5",
        "int('-12') == -12",
        "bytes('AB') == self.blob",
        "string(self.blob) == 'AB'",
        'uint(3.9) == 3u',
        "bool('true')",
      ],
    ],
    [
      'types',
      [
        'type(1) == int',
        'type(self.percent) == string',
        'type(self.port) == int',
        'type(null) == null_type',
        'type(self.wait) == google.protobuf.Duration',
        'type(type(1)) == type',
        'type([]) == list',
        'type(self.at) == google.protobuf.Timestamp',
      ],
    ],
    [
      'durations',
      [
        "self.wait == duration('1h2m') + duration('3s4ms')",
        'self.wait.getHours() == 1',
        'self.wait.getMinutes() == 62',
        'self.wait.getMilliseconds() == 3723004',
        "string(self.wait) == '3723.004s'",
        "duration('-1.5h') < duration('0s')",
        "string(duration('1h') - duration('90m')) == '-1800s'",
      ],
    ],
    [
      'times',
      [
        "self.day == timestamp('1997-07-16T00:00:00Z')",
        'self.day.getMonth() == 6',
        'self.day.getDate() == 16',
        'self.day.getDayOfMonth() == 15',
        'self.day.getDayOfWeek() == 3',
        'self.day.getDayOfYear() == 196',
        'self.at.getHours() == 18',
        "self.at.getHours('+01:00') == 19",
        "self.at.getHours('UTC') == 18",
        "string(self.at) == '2011-08-18T19:03:37.01+01:00'",
        "timestamp('2020-01-01T00:00:00Z') - self.at > duration('24h')",
        "int(timestamp('1970-01-01T00:00:01.5Z')) == 1",
      ],
    ],
    [
      'lists',
      [
        '1 in self.list',
        '!(4 in self.list)',
        'self.list + [5] == [1, 1, 2, 3, 5]',
        'self.list[1] == 1',
        '[1, 2] != [2, 1]',
        'self.list.sum() == 7',
        'self.list.max() == 3',
        'self.list.min() == 1',
        'self.list.isSorted()',
        'self.list.indexOf(1) == 0',
        'self.list.lastIndexOf(1) == 1',
        "['b', 'a'].isSorted() == false",
        '[].sum() == 0 || true',
      ],
    ],
    [
      'sets',
      [
        "self.set == ['c', 'b', 'a']",
        "self.set + ['c', 'd'] == ['a', 'b', 'c', 'd']",
        "sets.contains(self.set, ['a'])",
        'sets.equivalent([1, 1], [1])',
        '!sets.intersects([1], [2])',
      ],
    ],
    [
      'lists that are maps',
      [
        'self.parts == [self.parts[1], self.parts[0]]',
        'self.groups[0] + self.groups[1] == self.groups[1]',
        'size(self.groups[0] + self.groups[2]) == 3',
        'self.groups[0] != self.groups[1]',
        '(self.parts + [self.parts[0]]) == self.parts',
      ],
    ],
    [
      'maps',
      [
        "'app' in self.labels",
        "self.labels['./-'] == 'odd'",
        "self.labels.app == 'web'",
        '!has(self.labels.other)',
        "{'a': 1, 'b': 2} == {'b': 2, 'a': 1}",
        'size({}) == 0',
        "type(self.maybe['a']) == null_type",
        "'a' in self.maybe",
      ],
    ],
    [
      'tests of all',
      [
        'self.parts.all(p, p.weight > 0)',
        "self.labels.all(k, self.labels[k] != '')",
        'self.list.exists(x, x == 3)',
        'self.list.exists_one(x, x == 3)',
        '!self.list.exists_one(x, x == 1)',
        '[].all(x, x > 1)',
        '!(self.list.all(x, x < 3))',
      ],
    ],
    [
      'tests that one settles',
      ["self.parts.exists(p, p.note == 'z')", "!self.parts.all(p, p.note != 'z')", '[0, 1].exists(x, 1 / x == 1)'],
    ],
    [
      'what is made of lists',
      [
        "self.parts.map(p, p.name) == ['a', 'b']",
        'self.parts.filter(p, has(p.note)).size() == 1',
        'self.list.map(x, x > 1, x * 2) == [4, 6]',
        'self.labels.map(k, k).size() == 2',
        '[[1], [2]].map(l, l.map(x, x + 1)) == [[2], [3]]',
      ],
    ],
    [
      'two variables',
      [
        '[5, 6].all(i, v, v == i + 5)',
        "self.labels.exists(k, v, k == 'app' && v == 'web')",
        '[1, 2].transformList(i, v, i + v) == [1, 3]',
        '[1, 2].transformList(i, v, i > 0, v) == [2]',
        "{'a': 1}.transformMap(k, v, v + 1) == {'a': 2}",
        "{'a': 'b'}.transformMapEntry(k, v, {v: k}) == {'b': 'a'}",
        "['a'].existsOne(i, v, v == 'a')",
      ],
    ],
    [
      'fields',
      [
        'has(self.count) && !has(self.absent)',
        '!has(self.nothing)',
        'has(self.inner) && !has(self.inner.deep)',
        '!(has(self.inner.deep) && has(self.inner.deep.x))',
      ],
    ],
    [
      'optional fields',
      [
        'self.?absent.orValue(5) == 5',
        'self.?count.orValue(5) == 10',
        '!self.inner.?deep.?x.hasValue()',
        "self.?labels['app'].value() == 'web'",
        "self.labels[?'none'].orValue('x') == 'x'",
        '[?self.?absent, 1] == [1]',
        "{?'a': self.?absent} == {}",
      ],
    ],
    [
      'optional values',
      [
        'optional.of(1).value() == 1',
        'optional.none().or(optional.of(2)).value() == 2',
        'self.?count.optMap(c, c + 1).orValue(0) == 11',
        'optional.of(1).optFlatMap(v, optional.of(v)).value() == 1',
        "!optional.ofNonZeroValue('').hasValue()",
        'optional.of(1).orValue(1 / 0) == 1',
        'optional.of(1) == optional.of(1) && optional.of(1) != optional.none()',
      ],
    ],
    [
      'integers or texts',
      [
        "self.percent == '25%' && self.percent != 25",
        "self.port == 80 || self.port == 'http'",
        "type(self.percent) == int ? self.percent > 1 : self.percent.endsWith('%')",
        "self.port != ['x']",
      ],
    ],
    [
      'names that need care',
      [
        "self.__namespace__ == 'n'",
        "self.a__dot__b == 'dot'",
        "self.a__dash__b == 'dash'",
        "self.a__slash__b == 'slash'",
        "self.a__underscores__b == 'under'",
        "self.self == 'me' && self.all == 'every'",
      ],
    ],
    [
      'what no schema describes',
      ['self.opens[0] != self.opens[1]', 'self.opens[1] == self.opens[2]', 'self.open.known == 1'],
    ],
    ['objects inside', ["self.guest.kind == 'Pod' && self.guest.metadata.name == 'p'"]],
    [
      'quantities',
      [
        "quantity('1Gi').isGreaterThan(quantity('1G'))",
        "quantity('500m').compareTo(quantity('0.5')) == 0",
        "quantity('500m') == quantity('0.5')",
        "quantity('1k').asInteger() == 1000",
        "!quantity('0.5').isInteger()",
        "quantity('50k').add(20).sub(quantity('20')) == quantity('50k')",
        "isQuantity('1.3Gi') && !isQuantity('1,3')",
        "sign(quantity('-1')) == -1",
        "quantity('1500m').asApproximateFloat() == 1.5",
      ],
    ],
    [
      'addresses of the web',
      [
        "url('https://user@example.com:80/a%20b?k=v&k=w%26').getHost() == 'example.com:80'",
        "url('https://[::1]:80/').getHostname() == '::1'",
        "url('https://example.com:80/').getPort() == '80'",
        "url('https://example.com/a%20b/').getEscapedPath() == '/a%20b/'",
        "url('https://e.com/?k=v&k=w%26').getQuery() == {'k': ['v', 'w&']}",
        "url('/a').getScheme() == ''",
        "isURL('https://a') && isURL('/a') && !isURL('a') && !isURL('../a')",
      ],
    ],
    [
      'internet addresses',
      [
        "ip('::1').family() == 6",
        "ip('127.0.0.1').isLoopback()",
        "ip('0.0.0.0').isUnspecified()",
        "ip('224.0.0.1').isLinkLocalMulticast()",
        "ip('fe80::1').isLinkLocalUnicast()",
        "ip('192.168.0.1').isGlobalUnicast()",
        "!ip('255.255.255.255').isGlobalUnicast()",
        "string(ip('2001:DB8:0:0::1')) == '2001:db8::1'",
        "ip.isCanonical('2001:db8::abcd') && !ip.isCanonical('2001:DB8::ABCD')",
        "!isIP('::ffff:1.2.3.4') && !isIP('fe80::1%en0') && !isIP('01.2.3.4')",
        "ip('2001:db8::') == ip('2001:DB8::')",
      ],
    ],
    [
      'ranges of addresses',
      [
        "cidr('192.168.0.0/24').containsIP('192.168.0.9')",
        "!cidr('192.168.0.0/24').containsIP(ip('192.168.1.9'))",
        "cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16')",
        "!cidr('10.1.0.0/16').containsCIDR(cidr('10.0.0.0/8'))",
        "cidr('10.9.9.9/8').masked() == cidr('10.0.0.0/8')",
        "cidr('2001:db8::/64').prefixLength() == 64",
        "cidr('10.9.9.9/8').ip() == ip('10.9.9.9')",
        "string(cidr('::1/128')) == '::1/128'",
        "!isCIDR('10.0.0.0/33') && !isCIDR('10.0.0.0')",
        "!cidr('10.0.0.0/8').containsIP('::1')",
      ],
    ],
    [
      'formats',
      [
        "!format.dns1123Label().validate('my-label').hasValue()",
        "format.dns1123Label().validate('No').hasValue()",
        "format.named('uuid').value().validate('x').value() == ['does not match the UUID format']",
        "!format.named('none').hasValue()",
        "!format.dns1035LabelPrefix().validate('a-').hasValue()",
        "!format.qualifiedName().validate('a.io/b').hasValue()",
      ],
    ],
    [
      'versions',
      [
        "semver('1.2.3').isLessThan(semver('1.10.0'))",
        "semver('1.0.0').isGreaterThan(semver('1.0.0-rc.1'))",
        "semver('1.0.0-alpha.2').compareTo(semver('1.0.0-alpha.10')) == -1",
        "semver('1.2.3').minor() == 2",
        "isSemver('1.0.0') && !isSemver('v1.0') && isSemver('v1.0', true)",
        "semver('v01.1', true) == semver('1.1.0')",
        "semver('1.0.0+a') == semver('1.0.0+b')",
      ],
    ],
  ])('%s', (_, sources) => {
    expect(sources.filter((source) => evaluate(source) !== true)).toEqual([])
  })
})

describe('it cannot be said', () => {
  test.each([
    ['self.count + 9223372036854775807 == 0', 'integer overflow'],
    ['1 / 0 == 1', 'division by zero'],
    ['1 % 0 == 1', 'modulus by zero'],
    ['-(-9223372036854775808) > 0', 'integer overflow'],
    ["self.labels['none'] == ''", 'no such key: none'],
    ['self.absent == 1', 'no such key: absent'],
    ['has(self.inner.deep.x)', 'no such key: deep'],
    ['self.list[100] == 1', 'index out of bounds: 100'],
    ['self.percent < 5', 'no such overload'],
    ["self.parts.all(p, p.note == 'z')", 'no such key: note'],
    ["self.parts.exists_one(p, p.note == 'z')", 'no such key: note'],
    ['self.parts.map(p, p.note).size() == 1', 'no such key: note'],
    ['optional.none().value() == 1', 'optional.none() dereference'],
    [
      'quantity(self.crown).isInteger()',
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
    ["'abc'.substring(2, 1) == ''", 'invalid substring range. start: 2, end: 1'],
    [
      "'%d'.format(['x']) == ''",
      'error during formatting: decimal clause can only be used on integers, was given string',
    ],
    [
      "'%s'.format([b'\\xff']) == ''",
      'error during formatting: could not convert argument "invalid UTF-8 in bytes, cannot convert to string" to string',
    ],
    ['lists.range(10000000000).size() == 1', TOO_MUCH],
    ['lists.range(1000).all(a, lists.range(1000).all(b, lists.range(1000).all(c, a + b + c >= 0)))', TOO_MUCH],
    ['lists.range(2000).distinct().size() == 2000', TOO_MUCH],
    // What costs nothing there and takes long.
    ["[lists.range(20000).map(x, 'a')].all(l, lists.range(1000).all(x, l.max() == 'a'))", TOO_MUCH],
    ['int(self.crown) == 1', "type conversion error from 'string' to 'int'"],
    ['[1][dyn(0.5)] == 1', 'unsupported index: 0.5'],
    [
      '[].max() == 1 || [1, 2].map(x, [x]).max() == [1]',
      "found no matching overload for 'max' applied to 'list(list(int)).()'",
    ],
  ])('%s', (source, said) => expect(faultOf(source)).toBe(said))
})

const START =
  "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}"

describe('it means nothing', () => {
  test.each([
    ['self.none == 1', "undefined field 'none'"],
    ['has(self.none)', "undefined field 'none'"],
    ['has(self.guest.spec)', "undefined field 'spec'"],
    ['has(self.guest.metadata.namespace)', "undefined field 'namespace'"],
    ['self.anything == 5', "undefined field 'anything'"],
    ['has(self.open.more)', "undefined field 'more'"],
    ['self.namespace == "n"', "undefined field 'namespace'"],
    ["self['count'] == 1", "found no matching overload for '_[_]' applied to '(object, string)'"],
    ['self.nothing == null', "found no matching overload for '_==_' applied to '(string, null)'"],
    ['self.count == 1.0', "found no matching overload for '_==_' applied to '(int, double)'"],
    [
      "self.parts[0] == {'name': 'a'}",
      "found no matching overload for '_==_' applied to '(object, map(string, string))'",
    ],
    ['self.inner == self.open', "found no matching overload for '_==_' applied to '(object, object)'"],
    ['size(1) == 1', "found no matching overload for 'size' applied to '(int)'"],
    ['self.crown.startsWith(1)', "found no matching overload for 'startsWith' applied to 'string.(int)'"],
    ['other == 1', "undeclared reference to 'other' (in container '')"],
    ['nosuch(1)', "undeclared reference to 'nosuch' (in container '')"],
    ["self.crown.reverse() == ''", "found no matching overload for 'reverse' applied to 'string.()'"],
    ['[1, 2.0].size() == 2', "expected type 'int' but found 'double'"],
    ["{'a': 1, 'b': 'x'}.size() == 2", "expected type 'int' but found 'string'"],
    ['true ? 1 : "x"', "found no matching overload for '_?_:_' applied to '(bool, int, string)'"],
    ['1 && true', "expected type 'bool' but found 'int'"],
    ['self.list.all(x, x)', "expected type 'bool' but found 'int'"],
    [
      'self.count.all(x, true)',
      "expression of type 'int' cannot be range of a comprehension (must be list, map, or dynamic)",
    ],
    ['self.list.all(self.count, true)', 'argument must be a simple name'],
    ['has(self)', 'invalid argument to has() macro'],
    ["self.crown.matches(')')", 'invalid matches argument'],
    ["duration('soon') == self.wait", 'invalid duration argument'],
    ["timestamp('now') == self.at", 'invalid timestamp argument'],
    ['self.true == 1', "Syntax error: no viable alternative at input '.true'"],
    ['1 +', `Syntax error: mismatched input '<EOF>' expecting ${START}`],
    ['(1', "Syntax error: missing ')' at '<EOF>'"],
    ['1 2', "Syntax error: extraneous input '2' expecting <EOF>"],
    ['size(1,)', `Syntax error: mismatched input ')' expecting ${START}`],
    ["'open", "Syntax error: token recognition error at: ''open'"],
    ['1 = 1', "Syntax error: token recognition error at: '= '"],
    ['while', 'reserved identifier: while'],
    ['9223372036854775808 > 0', 'invalid int literal'],
    ["'\\q' == ''", "Syntax error: token recognition error at: ''\\q'"],
    [`${'('.repeat(300)}1${')'.repeat(300)} == 1`, 'expression recursion limit exceeded: 250'],
    [`'1'${" + '1'".repeat(2000)} == ''`, 'expression recursion limit exceeded: 250'],
    [`self${'.inner'.repeat(4000)} == 1`, 'expression recursion limit exceeded: 250'],
  ])('%s', (source, said) => {
    expect(() => compile(source)).toThrow(ExpressionErrors)
    expect(faultOf(source)).toBe(said)
  })

  test('shows where it does so', () => {
    const source = 'self.count > 1 &&\n  self.none == 1'
    const fault = ((): unknown => {
      try {
        return compile(source)
      } catch (error) {
        return error
      }
    })()
    expect(shownErrors(source, fault as ExpressionErrors)).toBe(
      "ERROR: <input>:2:7: undefined field 'none'\n |   self.none == 1\n | ......^",
    )
  })
})

test('however long it is, what is to hold together, and what is looked for in a text', () => {
  const many = 'true' + ' && true'.repeat(10_000)
  expect(evaluate(many)).toBe(true)
  expect(evaluate(`!('a'.replace('a', '${'a'.repeat(5000)}b').matches('^(a+)+$'))`)).toBe(true)
  expect(evaluate('lists.range(500).distinct().size() == 500')).toBe(true)
  expect(evaluate("'baaac'.findAll('a*') == ['', 'aaa', ''] && '☺'.matches('^\\\\x{263a}$')")).toBe(true)
})

test.each([
  ["timestamp('2020-01-01T23:30:00Z').getHours('Europe/Berlin')", 0n],
  ["timestamp('2020-07-01T23:30:00Z').getHours('Europe/Berlin')", 1n],
  ["timestamp('2020-03-29T00:59:59.999Z').getHours('Europe/Berlin')", 1n],
  ["timestamp('2020-03-29T01:00:00Z').getHours('Europe/Berlin')", 3n],
  ["timestamp('2020-01-01T00:00:00Z').getDayOfWeek('America/New_York')", 2n],
  ["timestamp('2020-01-01T00:00:00Z').getFullYear('America/New_York')", 2019n],
  ["timestamp('2020-01-01T00:00:00Z').getMinutes('Asia/Kolkata')", 30n],
  ["timestamp('9999-07-01T12:00:00Z').getHours('Europe/Berlin')", 14n],
  ["timestamp('2020-01-01T10:00:00Z').getHours('Etc/UTC')", 10n],
])('in the zone of a name clocks show what they do there: %s', (expression, value) => {
  expect(evaluate(expression)).toBe(value)
})

test('the hours of a zone that there is not cannot be told', () => {
  expect(() => evaluate("timestamp('2020-01-01T00:00:00Z').getHours('Europe/Atlantis')")).toThrow(
    'unknown time zone Europe/Atlantis',
  )
})
