// What the core may not use, as ESLint options, each with what to do instead (DESIGN.md §3). The core is a pure
// function of seed, options, definitions and calls: whatever reads the machine it runs on is kept out by name.
// test/style/lint.test.ts shows each of these failing.

const time = 'Time is virtual: take `now` from the kernel, or as an argument.'
const later = 'Nothing happens by itself: schedule a task with the kernel.'
const chance = 'Chance is seeded: draw from a named stream of the kernel.'
const platform = 'The core runs in a browser too: let src/cli/ or src/server/ ask the platform and hand the result in.'
const locale = 'Answers may not depend on a locale: compare by code unit with < and >, and format by hand.'
const maths = 'Engines differ in the last bits: use src/kernel/math.ts (+ − × ÷ only), or write the product out.'
const state = 'Two clusters in one process never see each other: create it per cluster and hand it in'
const table = `${state}; a constant table is a const annotated ReadonlyMap, ReadonlySet or readonly T[], or frozen with Object.freeze.`
const collected = 'When memory is collected is chance: keep state in the kernel’s tables.'
const retained = 'what it can reach stays in memory, long after a fork is dead, until all of that is gone through'
const immer = 'immer’s settings are shared by the whole process: use the cluster’s own `new Immer()`.'

const ban = (message, ...names) => names.map((name) => ({ name, message }))

export const bannedGlobals = [
  ...ban(later, 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'requestAnimationFrame'),
  ...ban(time, 'performance'),
  ...ban(chance, 'crypto'),
  ...ban(locale, 'Intl'),
  ...ban(platform, 'process', 'globalThis', 'window', 'self', 'global', 'Buffer', 'require', 'console'),
  ...ban(collected, 'WeakRef', 'FinalizationRegistry'),
]

export const bannedImports = {
  paths: [
    {
      name: 'immer',
      importNames: [
        'setAutoFreeze',
        'setUseStrictShallowCopy',
        'setUseStrictIteration',
        'enablePatches',
        'enableMapSet',
        'produce',
        'produceWithPatches',
        'applyPatches',
      ],
      message: immer,
    },
  ],
  patterns: [{ regex: '^node:', message: platform }],
}

const EXACT_MATHS = 'abs|ceil|floor|round|trunc|min|max|sign|imul|clz32|fround|PI'
const MODULE_CONST = ':matches(Program, Program > ExportNamedDeclaration) > VariableDeclaration > VariableDeclarator'
const ANNOTATION = 'id.typeAnnotation.typeAnnotation'
const LOCAL_TIME = 'Hours|Minutes|Seconds|Milliseconds|Date|Day|Month|FullYear|Year|TimezoneOffset'

const syntax = (message, ...selectors) => selectors.map((selector) => ({ selector, message }))

export const bannedSyntax = [
  ...syntax(
    `${time} To read an RFC 3339 string or milliseconds, \`new Date(x)\` with exactly one argument is allowed.`,
    "NewExpression[callee.name='Date'][arguments.length!=1]",
    "NewExpression[callee.name='Date'] > SpreadElement",
    "CallExpression[callee.name='Date']",
  ),
  ...syntax(time, "MemberExpression[object.name='Date']:matches([property.name='now'], [property.value='now'])"),
  ...syntax(
    'This answers in the machine’s time zone: use the getUTC… and toISOString functions.',
    `CallExpression > MemberExpression.callee[property.name=/^[gs]et(${LOCAL_TIME})$/]`,
    'CallExpression > MemberExpression.callee[property.name=/^to(Date|Time)String$/]',
  ),
  ...syntax(locale, 'MemberExpression[property.name=/^toLocale/]', "MemberExpression[property.name='localeCompare']"),
  ...syntax(
    chance,
    "MemberExpression[object.name='Math']:matches([property.name='random'], [property.value='random'])",
  ),
  ...syntax(
    maths,
    `MemberExpression[object.name='Math']:not([property.name=/^(${EXACT_MATHS}|random)$/], [property.value='random'])`,
    "VariableDeclarator[init.name='Math']",
    "BinaryExpression[operator='**']",
    "AssignmentExpression[operator='**=']",
  ),
  ...syntax(
    `An object with a getter of its own has a hidden class of its own, made in old memory: ${retained}. Write a class.`,
    'ObjectExpression > Property[kind=/^[gs]et$/]',
    "CallExpression[callee.property.name='defineProperty'][arguments.0.type='ThisExpression'] > ObjectExpression > Property[key.name=/^[gs]et$/]",
  ),
  ...syntax(
    `A function that is assigned to a property is made in old memory: ${retained}. Write a method, or a field with its value.`,
    "AssignmentExpression[left.type='MemberExpression'] > :matches(ArrowFunctionExpression, FunctionExpression).right",
  ),
  ...syntax(
    `${state}.`,
    ':matches(Program, Program > ExportNamedDeclaration) > VariableDeclaration[kind=/^(let|var)$/]',
    'PropertyDefinition[static=true]:not([readonly=true])',
  ),
  ...syntax(
    table,
    `${MODULE_CONST}:not([${ANNOTATION}.typeName.name=/^Readonly(Map|Set)$/]) > NewExpression.init[callee.name!='RegExp']`,
    `${MODULE_CONST}:matches([${ANNOTATION}.type='TSArrayType'], [${ANNOTATION}.typeName.name='Array']) > ArrayExpression.init`,
    `${MODULE_CONST}:not([${ANNOTATION}]) > ArrayExpression.init[elements.length=0]`,
    `${MODULE_CONST}:matches(:not([${ANNOTATION}]), [${ANNOTATION}.typeName.name='Record']) > ObjectExpression.init[properties.length=0]`,
  ),
]

/** Habits of the whole project (STYLE.md), core or not. */
export const bannedEverywhere = [
  ...syntax('Named exports only: an importer should find the name it uses.', 'ExportDefaultDeclaration'),
  ...syntax('List the public names by hand.', 'ExportAllDeclaration'),
  ...syntax('Use a union of string literals.', 'TSEnumDeclaration'),
]
