/** Rules whose estimated costs depend on how large a schema lets its values be: asked of one without limits, and of one with. */

type Limits = Readonly<Record<'text' | 'bytes' | 'list' | 'inner' | 'map', object>>

const none: Limits = { text: {}, bytes: {}, list: {}, inner: {}, map: {} }
const limits: Limits = {
  text: { maxLength: 20 },
  bytes: { maxLength: 33 },
  list: { maxItems: 7 },
  inner: { maxItems: 50 },
  map: { maxProperties: 9 },
}

/** An object with a field of each kind that has a size. */
function schemaOf({ text, bytes, list, inner, map }: Limits): object {
  const string = { type: 'string', ...text }
  const strings = { type: 'array', ...inner, items: string }
  const element = {
    type: 'object',
    required: ['name', 'count', 'name', 'mode'],
    properties: {
      name: string,
      count: { type: 'integer' },
      mode: { type: 'string', default: 'on' },
      long: { type: 'string', maxLength: 777 },
      names: strings,
    },
  }
  const properties = {
    s: string,
    'a-b': string,
    en: { type: 'string', enum: ['one', 'zwölf'] },
    enl: { type: 'string', enum: ['one', 'two'], maxLength: 9 },
    i: { type: 'integer' },
    n: { type: 'number' },
    b: { type: 'boolean' },
    by: { type: 'string', format: 'byte', ...bytes },
    byen: { type: 'string', format: 'byte', enum: ['YQ=='], ...bytes },
    d: { type: 'string', format: 'date', ...text },
    dt: { type: 'string', format: 'date-time', ...text },
    dur: { type: 'string', format: 'duration', ...text },
    uri: { type: 'string', format: 'uri', ...text },
    ios: { 'x-kubernetes-int-or-string': true, ...text },
    l: strings,
    li: { type: 'array', ...list, items: { type: 'integer' } },
    lb: { type: 'array', ...list, items: { type: 'boolean' } },
    ldt: { type: 'array', ...list, items: { type: 'string', format: 'date-time' } },
    lios: { type: 'array', ...list, items: { 'x-kubernetes-int-or-string': true } },
    ll: { type: 'array', ...list, items: strings },
    lo: { type: 'array', ...list, items: element },
    ms: { type: 'object', ...map, additionalProperties: string },
    mi: { type: 'object', ...map, additionalProperties: { type: 'integer' } },
    ml: { type: 'object', ...map, additionalProperties: strings },
    mo: { type: 'object', ...map, additionalProperties: element },
    o: {
      type: 'object',
      properties: { in: string, l: strings, m: { type: 'object', ...map, additionalProperties: string } },
    },
    none: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    emb: { type: 'object', 'x-kubernetes-embedded-resource': true, properties: { spec: element } },
    named: {
      type: 'object',
      'x-kubernetes-embedded-resource': true,
      properties: {
        apiVersion: { type: 'string' },
        kind: { type: 'string', ...text },
        metadata: { type: 'object', properties: { name: string, generateName: string } },
      },
    },
    short: {
      type: 'object',
      'x-kubernetes-embedded-resource': true,
      properties: { metadata: { type: 'object', properties: { name: string } } },
    },
  }
  return {
    type: 'object',
    required: ['s', 'lo', 'en', 'b', 'd', 'dt', 'dur', 'ios', 'mo', 'emb', 'none', 'lost'],
    properties,
  }
}

const objects = String.raw`
self.s == 'hello world'
self.s == self.enl
self.s != self.s
self.s < self.en
self.a__dash__b > ''
self.en == self.en
self.s == self.enl && self.en != 'x' || !self.b
self.i == 7 && self.n < 2.5
self.by == b'abc'
self.by < self.by
self.byen == self.byen
self.d == self.dt
self.dur == duration('1h')
self.dt < timestamp(self.s)
self.uri.startsWith(self.uri)
self.ios == 5
self.ios == self.ios
self.ios == self.s
type(self.ios) == string ? self.ios.endsWith('%') : self.ios > 5
self.l == ['a', 'b']
self.l == self.l
self.ms == self.ms
self.lo == self.lo
self.o == self.o
self.none == self.none
self.emb.metadata.name == self.s
self.named.metadata.name == self.named.metadata.generateName
self.named.kind == self.named.apiVersion
self.short.metadata.name == self.short.metadata.generateName
self.emb.spec.long == self.emb.kind
self.l[0] == self.ll[1][2]
self.lo[0].long == self.mo['a'].long
self.ms['a'] == self.ms.b
self.ml['a'][0] == self.ml.b[0]
'a' in self.l
7 in self.li
self.s in self.ms
self.s in ['a', 'b', 'c']
self.s in [self.en, 'b']
self.ios in self.lios
self.s.contains(self.en)
self.s.startsWith('abcdefghijklmnop')
self.s.endsWith(self.en)
self.s.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')
self.s.matches(self.en)
matches(self.s, '^[a-z]([-a-z0-9]*[a-z0-9])?$')
self.s + self.en == 'a'
self.by + b'a' == self.by
bytes(self.s + self.en) == self.by
bytes(self.s + string(self.i)) == self.by
string(self.by) == self.s
string(self.i) == 'a'
string(self.i) + 'b' == 'a'
strings.quote(self.s) + 'a' == self.s + 'a'
strings.quote(string(self.i)) + 'a' == 'b'
self.s.lowerAscii() == self.s.trim()
self.s.substring(2, 5) == self.s.substring(1)
self.s.replace('ab', 'c') == self.s
self.s.replace('a', 'xyz') == self.s + self.s + self.s + self.s
self.s.replace('', 'xyz') == self.s + self.s + self.s + self.s + self.s
self.s.replace(self.en, self.s).replace(self.s, '').replace('bc', self.en, 2) == self.s
'abcabc'.replace('bc', self.en).replace('', 'x') == self.s + self.s
'abcabc'.replace(self.en + 'x', 'yy').replace('yyy', 'y') == self.s + self.s
self.s.split(',').size() == 3
self.s.split(',') == self.s.split(',', 2)
self.s.split(',', -1) == self.l
self.s.split(',').all(x, x == self.s)
self.s.find('a+') == self.s.findAll('b+')[0]
self.s.findAll('b+', 3) == self.l
self.l.join() == self.s + self.s
self.l.join(self.en) == self.l.join('')
['a', self.s].join('--') == self.s
[].join('--') == self.s
self.lios.map(x, string(x)).join(',') == self.s
'%s is %d'.format([self.s, self.i]) == self.s
self.s.format([]) == self.s
self.s.charAt(0) == self.s.charAt(1)
self.s.indexOf('a') == self.s.lastIndexOf(self.en)
size(self.s) + size(self.l) + size(self.ms) == self.by.size()
self.l.isSorted() && self.li.isSorted()
self.li.sum() == self.li.max()
self.l.min() == self.l.max()
self.l.indexOf(self.s) == self.ll[0].lastIndexOf('a')
self.l.slice(1, 3) == self.l
self.l.slice(self.i, 300) == self.l.slice(5, self.i)
self.l.slice(3, 1) == ['a']
lists.range(20) == lists.range(self.i)
self.l.reverse() == self.l
self.ll.flatten() == self.l
dyn(self.ll).flatten(3) == self.l.flatten(self.i)
self.li.distinct() == self.li
self.li.sort() == self.l.sort().map(x, 1)
self.lo.sortBy(x, x.name) == self.lo
self.lo.sortBy(x, x.count)[0].long == self.s
[3, 1, 2].sortBy(x, -x) == self.li
self.lios.sortBy(x, x) == self.lios
sets.contains(self.l, ['a', 'b'])
sets.equivalent(self.l, self.ll[0])
sets.intersects([1], self.li)
url(self.s) == url(self.s + self.en)
url(self.s).getHost() == self.s
isURL(self.s)
isIP(self.s) && isCIDR(self.s)
ip(self.s) == ip(self.en)
ip.isCanonical(self.s)
cidr(self.s).containsIP(self.s) && cidr(self.s).containsIP(ip(self.s))
cidr(self.s).containsCIDR(self.s) && cidr(self.s).containsCIDR(cidr(self.s).masked())
cidr(self.s).ip() == ip(self.s)
string(ip(self.s)) == self.s
quantity(self.s) == quantity('1Gi')
quantity(self.s).add(quantity(self.en)).isLessThan(quantity(self.s))
isQuantity(self.s) && isSemver(self.s)
semver(self.s) == semver('1.0.0') && semver(self.s, true).major() == 1
format.dns1123Label().validate(self.s).hasValue()
format.named(self.s).hasValue() && format.uri() == format.uuid()
google.protobuf.Duration == type(self.dur)
self.l.all(x, x == 'a')
self.l.exists(x, x.startsWith(self.s))
self.l.exists_one(x, x == self.en)
self.li.all(x, x > 0) && self.lb.all(x, x) && self.ldt.all(x, x == self.dt)
self.l.filter(x, x == 'a').size() > 0
self.l.filter(x, x != self.s).all(x, x == self.s)
self.l.map(x, x + 'b') == self.l
self.l.map(x, x == 'a', x + 'b')[0] == self.s + self.s
self.l.map(x, [x])[0][0] == self.s
self.ll.all(x, x.all(y, y == self.s))
self.ms.all(k, k == 'a' && self.ms[k] == 'b')
self.ms.all(k, v, k == 'abcdefghijklmnop' && v == 'abcdefghijklmnop')
self.o.m.all(k, v, k == 'abcdefghijklmnop' && v == 'abcdefghijklmnop')
self.l.all(i, v, i > 0 && v == 'abcdefghijklmnop')
self.l.exists(i, v, v == 'a') || self.l.existsOne(i, v, v == 'a')
self.l.transformList(i, v, v + 'a') == self.l.transformList(i, v, i > 1, v)
self.ms.transformMap(k, v, v + k) == self.ms.transformMap(k, v, k == 'a', v)
self.ms.transformMap(k, v, v + k).all(k, k == 'abcdefghijklmnop')
self.ms.transformMapEntry(k, v, {v: k}) == self.ms.transformMapEntry(k, v, k != v, {v: k})
self.lo.all(x, x.names.all(y, y != x.name))
self.lo.all(x, x.names.all(y, y != x.long))
self.lo.all(x, self.lo.all(y, x.name == y.name || x.count != y.count))
self.lo.map(x, x.names)[0].all(y, y == self.s)
self.mo.all(k, self.mo[k].names.exists(n, n == k + 'a'))
[self.s, self.en].all(x, x == 'abcdefghijklmnop')
[self.o].all(x, x.__in__ == x.__in__)
dyn(self.l).all(x, x == self.s)
dyn(self.s) == self.s
dyn(self.ios).foo[0] == self.s
(self.b ? self.s : self.en) == self.s
(self.b ? self.l : self.o.l).all(x, x == self.s)
(self.b ? ['a', 'bb'] : ['ccc'])[0] == self.s
(['abc'] + [self.s])[0] == self.s
(self.l + ['abc'])[0] == self.s
(self.l + self.o.l).all(x, x == 'abcdefghijklmnop')
dyn(['abcdefghijklmn'])[0] == self.s
{'a': self.s, 'b': 'c'}['a'] == self.s
{'a': self.s, 'b': 'c'}.a == self.s
{}.size() == 0 && [] == []
{'abc': 1, self.s: 2}.all(k, k == self.s)
has(self.s) && has(self.o.l) && has(self.lo[0].long)
self.?s.orValue(self.en) == self.s
self.?o.l[0].orValue('a') == self.s
self.o.?l.or(optional.of(self.l)).value() == self.l
self.ms[?'a'].optMap(v, v + 'a').orValue('b') == self.s
self.l[?0].optFlatMap(v, optional.of(v)).hasValue()
self.?o.optMap(o, o.l.all(x, x == o.__in__)).orValue(true)
self.?i.optMap(v, v + 1).orValue(3) == (self.b ? 1 : self.i)
[?self.?s, self.s].size() == {?'a': self.?s}.size()
self.l.first() == self.l.last()
[self.?s, self.?en].unwrapOpt() == self.l
`
  .trim()
  .split('\n')

const text = ["self == 'abcdefghijklmnop'", 'type(self) == string', "[self].all(x, x == 'abcdefghijklmnop')"]
const elements = ["self.all(x, x.contains('a'))", 'self.all(x, self.exists_one(y, x == y))', 'self == self']

/** By name: a schema and rules at its root. */
export const estimated: Readonly<Record<string, { readonly schema: object; readonly rules: readonly string[] }>> = {
  unlimited: { schema: schemaOf(none), rules: objects },
  limited: { schema: schemaOf(limits), rules: objects },
  text: { schema: { type: 'string' }, rules: text },
  shortText: { schema: { type: 'string', maxLength: 11 }, rules: text },
  list: { schema: { type: 'array', items: { type: 'string' } }, rules: elements },
  shortList: { schema: { type: 'array', maxItems: 3, items: { type: 'string', maxLength: 5 } }, rules: elements },
  map: { schema: { type: 'object', additionalProperties: { type: 'string' } }, rules: elements },
  shortMap: { schema: { type: 'object', maxProperties: 3, additionalProperties: { type: 'string' } }, rules: elements },
  nothing: { schema: { type: 'array', maxItems: 0, items: { type: 'string', maxLength: 0 } }, rules: elements },
  number: { schema: { type: 'integer' }, rules: ['self > 5', 'type(self) == int'] },
  truth: { schema: { type: 'boolean' }, rules: ['self'] },
  date: { schema: { type: 'string', format: 'date' }, rules: ['self == self'] },
  time: { schema: { type: 'string', format: 'date-time' }, rules: ['self == self'] },
  duration: { schema: { type: 'string', format: 'duration' }, rules: ['self == self'] },
  intOrString: { schema: { 'x-kubernetes-int-or-string': true }, rules: ["self == 'abc'"] },
}
