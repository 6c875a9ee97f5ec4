/** Expressions of all that CEL has in Kubernetes v1.36, about one object: which mean nothing, which fail, and what is true. */

export const schema: object = {
  type: 'object',
  properties: {
    s: { type: 'string', maxLength: 20 },
    t: { type: 'string', maxLength: 20 },
    i: { type: 'integer' },
    j: { type: 'integer' },
    n: { type: 'number' },
    b: { type: 'boolean' },
    l: { type: 'array', maxItems: 5, items: { type: 'string', maxLength: 10 } },
    li: { type: 'array', maxItems: 5, items: { type: 'integer' } },
    e: { type: 'array', maxItems: 5, items: { type: 'integer' } },
    set: { type: 'array', maxItems: 5, 'x-kubernetes-list-type': 'set', items: { type: 'string', maxLength: 10 } },
    ml: {
      type: 'array',
      maxItems: 5,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['k'],
      items: {
        type: 'object',
        required: ['k'],
        properties: { k: { type: 'string', maxLength: 5 }, v: { type: 'integer' } },
      },
    },
    m: { type: 'object', maxProperties: 5, additionalProperties: { type: 'integer' } },
    o: {
      type: 'object',
      properties: {
        a: { type: 'string', maxLength: 5 },
        'a-b': { type: 'string', maxLength: 5 },
        in: { type: 'string', maxLength: 5 },
        z: { type: 'integer' },
      },
    },
    ios: { 'x-kubernetes-int-or-string': true, maxLength: 10 },
    d: { type: 'string', format: 'date' },
    dt: { type: 'string', format: 'date-time' },
    dur: { type: 'string', format: 'duration' },
    by: { type: 'string', format: 'byte', maxLength: 20 },
    nul: { type: 'string', nullable: true, maxLength: 5 },
    absent: { type: 'string', maxLength: 5 },
    pres: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { a: { type: 'integer' } } },
    emb: { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
    en: { type: 'string', enum: ['x', 'y'] },
  },
}
export const value: object = {
  s: 'hello',
  t: 'Wörld',
  i: 7,
  j: -3,
  n: 2.5,
  b: true,
  l: ['a', 'b', 'c'],
  li: [3, 1, 2],
  e: [],
  set: ['p', 'q'],
  ml: [{ k: 'x', v: 1 }, { k: 'y' }],
  m: { one: 1, two: 2 },
  o: { a: 'A', 'a-b': 'AB', in: 'IN', z: 5 },
  ios: '50%',
  d: '2020-02-29',
  dt: '2020-02-29T12:34:56.789Z',
  dur: '1h30m',
  by: 'YWJj',
  nul: null,
  pres: { a: 1, zz: 2 },
  emb: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'n', labels: { a: 'b' } }, data: { a: 'b' } },
  en: 'x',
}

/** Rules, one a line. */
export const rules: readonly string[] = String.raw`
self.s == 'hello'
self.s == 1
self.i == 7.0
self.i < 7.5
self.n > self.i
self.s + 1 == 'x'
self.unknown == 1
self.o.unknown == 1
unknownVar
self.s.unknownMethod()
self.s.size() > 2
size(self.l) == 3
size(self.i) == 3
self.l[0] == 'a'
self.l[5] == 'a'
self.l[-1] == 'a'
self.l['a'] == 'a'
self.m['one'] == 1
self.m['three'] == 1
self.m.one == 1
self.m.three == 1
'one' in self.m
1 in self.m
'a' in self.l
1 in self.l
has(self.s)
has(self.absent)
has(self.nul)
has(self.m.one)
has(self.s.x)
has(self)
self.absent == 'x'
self.nul == null
self.o.a__dash__b == 'AB'
self.o.__in__ == 'IN'
self.o.in == 'IN'
self.ios == '50%'
type(self.ios) == string
self.ios == 5
self.ios > 3
self.d == timestamp('2020-02-29T00:00:00Z')
self.d.getFullYear() == 2020
self.dt.getMonth() == 1
self.dt.getDate() == 29
self.dt.getDayOfMonth() == 28
self.dt.getDayOfWeek() == 6
self.dt.getDayOfYear() == 59
self.dt.getHours() == 12
self.dt.getMilliseconds() == 789
self.dt.getHours('+02:00') == 14
self.dur.getHours() == 1
self.dur.getMinutes() == 90
self.dur == duration('90m')
self.dt + self.dur > self.dt
self.dt - self.dt == duration('0s')
self.dur + self.dt == self.dt
self.dt - self.dur == self.dt
duration('x') == self.dur
timestamp('x') == self.dt
timestamp('2020-02-30T00:00:00Z') == self.dt
self.by == b'abc'
self.by.size() == 3
size(self.by) == 3
string(self.by) == 'abc'
self.en == 'x'
self.pres.a == 1
self.pres.zz == 2
self.emb.kind == 'ConfigMap'
self.emb.metadata.name == 'n'
self.emb.metadata.labels['a'] == 'b'
self.emb.data.a == 'b'
self.i / 0 == 1
self.i % 0 == 1
self.n / 0.0 > 1.0
self.i / 2 == 3
self.j / 2 == -1
self.j % 2 == -1
self.i * 9223372036854775807 > 0
self.i + 9223372036854775807 > 0
-9223372036854775808 - self.i > 0
9223372036854775808 > 1
-self.i == -7
--self.i == 7
!self.b
!self.s
-self.s == 'x'
self.b && self.s
self.b || self.unknown
self.b ? self.s == 'hello' : self.i == 1
self.b ? self.s : self.i == 1
self.s ? true : false
(self.l[5] == 'a') || true
true || (self.l[5] == 'a')
(self.l[5] == 'a') && false
(self.l[5] == 'a') || false
self.l.all(x, x.size() == 1)
self.l.exists(x, x == 'b')
self.l.exists_one(x, x == 'b')
self.l.existsOne(x, x == 'b')
self.l.map(x, x + 'z') == ['az', 'bz', 'cz']
self.l.filter(x, x > 'a') == ['b', 'c']
self.l.map(x, x > 'a', x + '!') == ['b!', 'c!']
self.l.all(x, y)
self.l.all(x, x)
self.l.all(1, true)
self.l.all(x, x.foo())
self.m.all(k, self.m[k] > 0)
self.m.map(k, k).size() == 2
self.m.exists(k, k == 'one')
self.i.all(x, true)
self.l.all(i, v, i >= 0 && v != '')
self.m.all(k, v, k != '' && v > 0)
self.l.exists(i, v, i == 1 && v == 'b')
self.l.existsOne(i, v, i == 1 && v == 'b')
self.l.transformList(i, v, string(i) + v) == ['0a', '1b', '2c']
self.l.transformList(i, v, i > 0, v) == ['b', 'c']
self.m.transformMap(k, v, v + 1) == {'one': 2, 'two': 3}
self.m.transformMap(k, v, v > 1, v) == {'two': 2}
self.m.transformMapEntry(k, v, {string(v): k}) == {'1': 'one', '2': 'two'}
self.l.transformMapEntry(i, v, {v: i}) == {'a': 0, 'b': 1, 'c': 2}
self.l.transformMapEntry(i, v, {'same': i}) == {}
self.l.sortBy(x, x) == self.l
self.li.isSorted()
self.l.isSorted()
self.li.sum() == 6
self.e.sum() == 0
self.li.min() == 1
self.li.max() == 3
self.e.min() == 1
self.e.max() == 1
self.l.min() == 'a'
self.l.sum() == 'a'
self.li.indexOf(2) == 2
self.li.indexOf(9) == -1
self.li.lastIndexOf(1) == 1
self.li.indexOf('a') == 1
self.s.charAt(1) == 'e'
self.s.charAt(9) == 'e'
self.s.charAt(5) == ''
self.s.indexOf('l') == 2
self.s.indexOf('l', 3) == 3
self.s.indexOf('l', 9) == 3
self.s.lastIndexOf('l') == 3
self.s.lastIndexOf('l', 2) == 2
self.s.lowerAscii() == 'hello'
self.t.lowerAscii() == 'wörld'
self.t.upperAscii() == 'WöRLD'
self.s.replace('l', 'L') == 'heLLo'
self.s.replace('l', 'L', 1) == 'heLlo'
self.s.split('l') == ['he', '', 'o']
self.s.split('l', 2) == ['he', 'lo']
self.s.split('') == ['h','e','l','l','o']
self.s.split('l', 0) == []
self.s.substring(1) == 'ello'
self.s.substring(1, 3) == 'el'
self.s.substring(3, 1) == 'el'
self.s.substring(9) == ''
self.s.substring(-1) == ''
' x '.trim() == 'x'
self.l.join() == 'abc'
self.l.join(',') == 'a,b,c'
self.li.join(',') == 'x'
self.s.reverse() == 'olleh'
strings.quote(self.s) == '"hello"'
self.s.startsWith('he')
self.s.endsWith('lo')
self.s.contains('ell')
self.s.matches('^h.*o$')
self.s.matches('(')
self.s.matches('[')
self.s.matches(self.t)
matches(self.s, 'l+')
self.s.find('l+') == 'll'
self.s.find('z') == ''
self.s.find('(') == ''
self.s.findAll('l') == ['l', 'l']
self.s.findAll('l', 1) == ['l']
self.s.findAll('l', 0) == []
self.s.findAll('l', -1) == ['l','l']
'%s is %d'.format([self.s, self.i]) == 'hello is 7'
'%s'.format([1.5]) == '1.5'
'%s'.format([true]) == 'true'
'%s'.format([null]) == 'null'
'%s'.format([self.l]) == '[a, b, c]'
'%s'.format([self.m]) == '{one: 1, two: 2}'
'%s'.format([self.dt]) == 'x'
'%s'.format([self.dur]) == 'x'
'%s'.format([b'a']) == 'x'
'%d'.format(['a']) == 'x'
'%d'.format([1.5]) == 'x'
'%f'.format([1.5]) == '1.500000'
'%.2f'.format([1.555]) == '1.56'
'%e'.format([1500.0]) == '1.500000e+03'
'%x'.format([255]) == 'ff'
'%X'.format([255]) == 'FF'
'%x'.format(['hello']) == '68656c6c6f'
'%o'.format([8]) == '10'
'%b'.format([5]) == '101'
'%b'.format([true]) == '1'
'%%'.format([]) == '%'
'%s'.format([]) == ''
'%s'.format([1, 2]) == ''
'%z'.format([1]) == ''
'%'.format([1]) == ''
'%s'.format([type(1)]) == 'int'
isURL('https://example.com:80/path?x=1')
isURL('x')
isURL('/path')
url('https://user:pw@example.com:80/p%20a?x=1&x=2').getHost() == 'example.com:80'
url('https://example.com:80/').getHostname() == 'example.com'
url('https://example.com:80/').getPort() == '80'
url('https://example.com/').getPort() == ''
url('https://[::1]:80/').getHost() == '[::1]:80'
url('https://[::1]:80/').getHostname() == '::1'
url('https://example.com/p%20a').getEscapedPath() == '/p%20a'
url('https://example.com/?x=1&x=2').getQuery() == {'x': ['1', '2']}
url('https://example.com/').getScheme() == 'https'
url('x').getScheme() == ''
url('::not').getScheme() == ''
url('https://a/') == url('https://a/')
isIP('1.2.3.4')
isIP('1.2.3')
isIP('1.2.3.04')
isIP('::1')
isIP('::ffff:1.2.3.4')
isIP('fe80::1%eth0')
ip('1.2.3.4').family() == 4
ip('::1').family() == 6
ip('1.2.3.4.5').family() == 4
ip('').family() == 4
ip('127.0.0.1').isLoopback()
ip('0.0.0.0').isUnspecified()
ip('10.0.0.1').isGlobalUnicast()
ip('224.0.0.1').isLinkLocalMulticast()
ip('169.254.0.1').isLinkLocalUnicast()
ip.isCanonical('::1')
ip.isCanonical('::0001')
ip.isCanonical('x')
string(ip('1.2.3.4')) == '1.2.3.4'
ip('1.2.3.4') == ip('1.2.3.4')
isCIDR('10.0.0.0/8')
isCIDR('10.0.0.1/8')
isCIDR('10.0.0.0/33')
cidr('10.0.0.0/8').ip() == ip('10.0.0.0')
cidr('10.0.0.0/8').containsIP('10.1.2.3')
cidr('10.0.0.0/8').containsIP(ip('11.1.2.3'))
cidr('10.0.0.0/8').containsIP('x')
cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16')
cidr('10.0.0.0/8').containsCIDR(cidr('10.1.0.0/4'))
cidr('10.0.0.5/8').masked() == cidr('10.0.0.0/8')
cidr('10.0.0.0/8').prefixLength() == 8
cidr('x').prefixLength() == 8
string(cidr('10.0.0.0/8')) == '10.0.0.0/8'
cidr('10.0.0.0/8').family() == 4
isQuantity('1Gi')
isQuantity('x')
quantity('1Gi').isGreaterThan(quantity('1G'))
quantity('1Gi').isLessThan(quantity('1G'))
quantity('1Gi').compareTo(quantity('1024Mi')) == 0
quantity('1Gi') == quantity('1024Mi')
quantity('x').isInteger()
quantity('1.5').isInteger()
quantity('1.5').asInteger() == 1
quantity('2').asInteger() == 2
quantity('1500m').asApproximateFloat() == 1.5
quantity('1').add(quantity('2')) == quantity('3')
quantity('1').add(2) == quantity('3')
quantity('1').sub(quantity('2')) == quantity('-1')
quantity('1').sub(2) == quantity('-1')
quantity('-1').sign() == -1
quantity('9999999999999999999999').asInteger() == 1
isSemver('1.2.3')
isSemver('v1.2.3')
isSemver('v1.2', true)
semver('1.2.3').major() == 1
semver('1.2.3').minor() == 2
semver('1.2.3-a').patch() == 3
semver('1.2.3').isLessThan(semver('1.2.4'))
semver('1.2.3').isGreaterThan(semver('1.2.4'))
semver('1.2.3').compareTo(semver('1.2.3+b')) == 0
semver('1.2').major() == 1
semver('v1.2', true).patch() == 0
semver('01.2.3').major() == 1
format.named('dns1123Label').hasValue()
format.named('nope').hasValue()
format.dns1123Label().validate('a').hasValue()
format.dns1123Label().validate('A').value() == ['x']
format.dns1123Label().validate('a').value() == ['x']
!format.dns1123Subdomain().validate('a.b').hasValue()
!format.qualifiedName().validate('a/b').hasValue()
!format.labelValue().validate('').hasValue()
!format.uuid().validate('x').hasValue()
format.uuid().validate('x').value() == ['x']
!format.byte().validate('YQ==').hasValue()
format.byte().validate('!').value() == ['x']
format.date().validate('2020').value() == ['x']
format.datetime().validate('2020').value() == ['x']
format.uri().validate('x').value() == ['x']
format.dns1035Label().validate('1a').value() == ['x']
format.dns1123LabelPrefix().validate('a-') == optional.none()
format.dns1123SubdomainPrefix().validate('a.') == optional.none()
format.dns1035LabelPrefix().validate('a-') == optional.none()
sets.contains([1, 2], [1])
sets.contains(self.li, [9])
sets.equivalent([1, 1], [1])
sets.intersects([1], [2])
sets.contains([1], ['a'])
math.abs(-3) == 3
math.greatest(1, 2) == 2
math.least(1, 2.5) == 1
math.ceil(1.2) == 2.0
math.bitOr(1, 2) == 3
math.sign(-2) == -1
math.isNaN(1.0)
optional.of(1).hasValue()
optional.none().hasValue()
optional.none().value() == 1
optional.of(1).value() == 1
optional.of(1).orValue(2) == 1
optional.none().orValue(2) == 2
optional.ofNonZeroValue('').hasValue()
optional.ofNonZeroValue(0).hasValue()
self.?absent.hasValue()
self.?s.orValue('x') == 'hello'
self.?absent.orValue('x') == 'x'
self.?absent.value() == 'x'
self.m[?'three'].hasValue()
self.m[?'one'].value() == 1
self.l[?9].hasValue()
self.?o.?a.value() == 'A'
self.?unknown.hasValue()
optional.of(1).optMap(x, x + 1).value() == 2
optional.of(1).optFlatMap(x, optional.of(x + 1)).value() == 2
optional.none().optMap(x, 1) == optional.none()
optional.of(1) == optional.of(1)
optional.of(1).or(optional.of(2)).value() == 1
[?self.?absent, 'x'].size() == 1
{?'a': self.?absent}.size() == 0
optional.unwrap([optional.of(1), optional.none()]) == [1]
[optional.of(1), optional.none()].unwrapOpt() == [1]
self.l.first().hasValue()
self.l.last().value() == 'c'
self.l.slice(0, 2) == ['a', 'b']
self.l.flatten() == self.l
self.l.distinct() == self.l
self.l.reverse() == ['c', 'b', 'a']
lists.range(3) == [0, 1, 2]
self.li.sort() == [1, 2, 3]
self.set == ['q', 'p']
self.set + ['p', 'r'] == ['p', 'q', 'r']
self.ml == [{'k': 'y'}, {'k': 'x', 'v': 1}]
self.ml + self.ml == self.ml
self.ml.exists(x, x.k == 'y' && !has(x.v))
self.ml[1].v == 1
self.l + self.l == ['a','b','c','a','b','c']
self.l == ['a', 'b', 'c']
self.l != ['a', 'b']
self.l < ['a']
self.m == {'one': 1, 'two': 2}
self.o == {'a': 'A'}
self.o == self.o
self == self
int('5') == 5
int('x') == 5
int(5.9) == 5
int('5.5') == 5
int(1e20) == 5
uint(5) == 5u
uint(-1) == 5u
uint('x') == 5u
double('1.5') == 1.5
double('x') == 1.5
string(5) == '5'
string(1.0) == '1'
string(1e30) == '1e+30'
string(true) == 'true'
string(self.dt) == '2020-02-29T12:34:56.789Z'
string(self.dur) == '5400s'
bytes('abc') == b'abc'
bool('true')
bool('x')
bool('T')
dyn(self.s) == 1
dyn(self.i) + dyn(self.s) == 1
type(self.s) == type('')
type(self.l) == list
type(self.i) == int
type(1) == 'int'
timestamp(0) == timestamp('1970-01-01T00:00:00Z')
int(timestamp('1970-01-01T00:01:00Z')) == 60
int(duration('1m')) == 60
duration('1h').getSeconds() == 3600
duration('1.5s').getMilliseconds() == 500
duration(60) == duration('60s')
timestamp('2020-01-01T00:00:00+02:00').getHours() == 22
timestamp('9999-12-31T23:59:59Z') + duration('1h') > timestamp('2020-01-01T00:00:00Z')
duration('9999999999h') > duration('1h')
0x1F == 31
1u + 1u == 2u
1u - 2u == 0u
1u == 1
1 == 1u
1.0 == 1
'a' < 'b'
true > false
b'a' < b'b'
'a' + 'b' == 'ab'
b'a' + b'b' == b'ab'
"a\nb" == 'a\nb'
r'a\n' == 'a\\n'
'''x''' == 'x'
'\u00e9' == 'é'
'\x41' == 'A'
'\q' == 'q'
[1, 'a'] == [1]
[1, 2.0] == [1]
[] == []
{} == {}
{1: 'a'} == {1: 'a'}
{'a': 1, 'a': 2} == {}
{1.5: 'a'} == {}
[1, 2][0] == 1
[1, 2][5] == 1
{'a': 1}['b'] == 1
{'a': 1}.b == 1
self.s in ['hello']
self.i in [7, 8]
self.i in ['a']
self.i in 'abc'
1 + 
(1
'a
self..s
self.s == 'a' &&
@
self.s === 'a'
if true
x.y.z
foo(1)
size()
size(1, 2)
self.s.startsWith(1)
self.s.startsWith('a', 'b')
self.l.all(x)
has(1)
has(self.l[0])
true
false
null
1
'a'
self.s
[true]
""
a
true || 1
1 || true
self.b == true ? 'a' : 'b'
self.s.size() in [5]
self.s.matches('\\d+')
self.s.matches('\d')
self.i >= 0 && self.i <= 10 && self.s.size() < 100
oldSelf == self
self.s == oldSelf.s
self.nul.size() == 0
self.nul == 'x'
self.m.size() == 2
self.o.size() == 2
size(self.o) == 2
self.o['a'] == 'A'
'a' in self.o
self.o.all(k, true)
self.e[0] == 1
self.e.all(x, false)
self.e.exists(x, true)
self.li.exists_one(x, x > 1)
self.li.map(x, x * 2).filter(y, y > 2).size() == 2
self.l.map(x, self.li.map(y, x + string(y))).size() == 3
cel.bind(x, self.i + 1, x * x == 64)
self.s.codePointAt(0) == 104
self.s.hash() == 1
base64.encode(b'abc') == 'YWJj'
base64.decode('YWJj') == b'abc'
json.encode(1) == '1'
authorizer.group('').resource('pods').check('get').allowed()
request.name == 'a'
object.x == 1
jsonpatch.escapeKey('a/b') == 'a~1b'
self.set.exists(x, x == 'p')
self.emb.metadata.namespace == ''
self.emb.spec == 1
has(self.emb.spec)
self.pres == self.pres
self.ios.size() == 3
self.ios == self.i
int(self.ios) == 5
self.ios.contains('%')
type(self.ios) == int || self.ios.endsWith('%')
type(self.ios) == int ? self.ios > 3 : self.ios.endsWith('%')
self.by == 'abc'
self.d < self.dt
self.d == '2020-02-29'
self.dur > duration('1h') && self.dur < duration('2h')
duration('1h') * 2 == duration('2h')
-duration('1h') == duration('-1h')
self.dt.getHours('Europe/Berlin') == 13
self.dt.getHours('x') == 13
self.dt.getFullYear('-08:00') == 2020
1 / 0 == 1
1 % 0 == 1
[1][1] == 0
{'a': 1}['x'] == 0
int('9223372036854775808') == 1
9223372036854775807 + 1 == 0
'a'.matches('a{1001}')
'abc'.substring(1, 9) == ''
'é'.size() == 1
'é'.substring(0, 1) == 'é'
'日本'.charAt(1) == '本'
'a,b'.split(',', -1).size() == 2
'aXbX'.replace('X', '', -1) == 'ab'
'x'.format([1]) == 'x'
'a'.contains(1)
['a', 'b'].join(1) == ''
[1, 2, 3].sum() == 6
[1.5, 2.5].sum() == 4.0
['a'].sum() == 'a'
[duration('1s'), duration('2s')].sum() == duration('3s')
[3, 1].isSorted()
[true].max()
[[1], [2]].max() == [2]
[].max() == 1
sets.contains([], [])
sets.intersects([], [1])
1 + )
* 1
self.s self.i
[1
[1 2]
{1 2}
(1 2)
f(1 2)
self.l[1 2]
self.l[
self.s.size(
1 ? 2
1 ? 2 3
self.
self.in
{1:2
[1,,2]
f(,)
self.s == "a
self.i >> 1
self.s = 1
self.s && || true
size(1,)
self.l.flatten(1) == self.l
[[1], [2, 3]].flatten() == [1, 2, 3]
self.l.slice(1, 9) == self.l
self.l.slice(2, 1) == self.l
self.l.slice(-1, 1) == self.l
self.ml.sortBy(x, x.k)[0].k == 'x'
self.li.sortBy(x, -x) == [3, 2, 1]
[1, 1, 2].distinct() == [1, 2]
lists.range(0) == []
[].first().hasValue()
sign(quantity('-1')) == -1
self.s.matches('(?=a)')
self.s.find('(?=a)') == ''
'%f'.format([1234567.5]) == '1,234,567.500000'
'%.1f'.format([0.25]) == '0.2'
duration(self.i) == duration('7ns')
`
  .trim()
  .split('\n')

/** Expressions of texts, whose value is told as a message. */
export const messages: readonly string[] = String.raw`
self.s
string(self.n)
string(1.0)
string(1e21)
string(1e20)
string(0.1 + 0.2)
string(1.0 / 3.0)
string(1e-7)
string(123456789.0)
string(self.i)
string(18446744073709551615u)
string(self.dt)
string(self.d)
string(self.dur)
string(duration('1.5s'))
string(duration('0s'))
string(duration('-1h'))
string(duration('1ns'))
string(timestamp('2020-01-01T00:00:00.123456789Z'))
string(timestamp('2020-01-01T00:00:00+02:00'))
string(self.by)
string(b'\xff')
'%s'.format([1.0])
'%s'.format([1e21])
'%s'.format([0.1])
'%s'.format([self.dt])
'%s'.format([self.dur])
'%s'.format([self.l])
'%s'.format([self.m])
'%s'.format([{'b': [1, 2.5], 'a': null}])
'%s'.format([{1: true, 'x': 'y'}])
'%s'.format([b'abc'])
'%s'.format([type('a')])
'%s'.format([18u])
'%.3s'.format(['abcdef'])
'%d'.format([18u])
'%d'.format([-5])
'%f'.format([2.5])
'%f'.format([1])
'%.0f'.format([2.5])
'%.10f'.format([0.1])
'%e'.format([0.00012345])
'%.2e'.format([123456.0])
'%x'.format([-255])
'%x'.format([b'\x01\xff'])
'%X'.format(['hello'])
'%o'.format([-8])
'%b'.format([-5])
'%b'.format([false])
'%s %s'.format(['a', 1])
'%5d'.format([1])
'%c'.format([1])
'%s'.format([optional.of(1)])
'%s'.format([ip('1.2.3.4')])
'%s'.format([quantity('1Gi')])
strings.quote('a"b\n')
strings.quote('ü\u0001')
self.t.reverse()
self.t.upperAscii()
self.l.join('-')
self.s.replace('', '-')
self.s.replace('l', '', 1)
self.s.split('').join('|')
self.s.split('l', 1).join('|')
'a  b'.split(' ').join('|')
self.s.find('l.')
self.s.findAll('.', 2).join('|')
url('https://user:pw@example.com:80/p%20a?x=1&y=a%20b#frag').getHost()
url('https://example.com/p a').getEscapedPath()
url('https://example.com/ü').getEscapedPath()
url('https://EXAMPLE.com/').getHostname()
string(cidr('10.0.0.5/8').masked())
string(cidr('::ffff:0:0/96'))
string(ip('::0001'))
string(ip('::ffff:1.2.3.4'))
string(quantity('1.5Gi'))
string(quantity('1').asInteger())
string(quantity('1500m').asApproximateFloat())
string(semver('1.2.3').major())
string(semver('1.2.3-a+b'))
string(format.dns1123Label().validate('A').value()[0])
format.dns1123Label().validate('A').value().join('; ')
format.dns1123Label().validate('x').value().join('; ')
format.dns1123Subdomain().validate('A_').value().join('; ')
format.dns1035Label().validate('1').value().join('; ')
format.qualifiedName().validate('a/b/c').value().join('; ')
format.labelValue().validate('-').value().join('; ')
format.uuid().validate('-').value().join('; ')
format.uri().validate('a b').value().join('; ')
format.byte().validate('!').value().join('; ')
format.date().validate('!').value().join('; ')
format.datetime().validate('!').value().join('; ')
'%s'.format([format.dns1123Label()])
self.absent
self.l[9]
'' + ''
'  '
'a\nb'
'x'.format([1])
string(1 / 0)
1
self.i
true
null
[1]
self.unknown
'a' + 1
(
type(1)
`
  .trim()
  .split('\n')
