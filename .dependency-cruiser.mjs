// DESIGN.md §2 as a check: imports point up the list
//   kernel, api, store ← registries ← client ← controllers | scheduler | node | faults | history ← cluster.ts
//   ← testing, experiments, server, cli
// Each rule says in its comment what to do instead. test/style/layers.test.ts shows each of them failing.

const BASE = ['kernel', 'api', 'store']
const SIBLINGS = ['controllers', 'scheduler', 'node', 'faults', 'history']

const folder = (names) => `^src/(${names.join('|')})/`
const outside = (names) => ({ path: '^src/', pathNot: folder(names) })
const rule = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to })

const between = [
  rule(
    'kernel-imports-only-kernel',
    { path: folder(['kernel']) },
    outside(['kernel']),
    'The kernel knows nothing of stores or Kubernetes: take what you need as an argument, or move this code to the layer it speaks of.',
  ),
  rule(
    'api-imports-only-api',
    { path: folder(['api']) },
    outside(['api']),
    'The object model is plain types and pure functions without state or time: hand the value in as an argument, or move this code to src/registries/.',
  ),
  rule(
    'store-imports-nothing',
    { path: folder(['store']) },
    { pathNot: folder(['store']) },
    'The store knows neither time nor chance nor Kubernetes: have cluster.ts hand in what it needs (tables, the time) through an interface declared in src/store/.',
  ),
  rule(
    'registries-import-only-the-base',
    { path: folder(['registries']) },
    outside([...BASE, 'registries']),
    'A registry is the API server’s part and never calls a client or a component: let them learn of changes by watching.',
  ),
  rule(
    'client-imports-only-registries-and-below',
    { path: folder(['client']) },
    outside([...BASE, 'registries', 'client']),
    'The client layer serves every component and knows none: let the component hand its part in.',
  ),
  ...SIBLINGS.map((sibling) =>
    rule(
      `${sibling}-imports-no-sibling`,
      { path: folder([sibling]) },
      outside([...BASE, 'registries', 'client', sibling]),
      `Components never call each other: let src/${sibling}/ read and watch the API through src/client/; shared helpers belong in src/api/ or src/client/, and cluster.ts joins the parts.`,
    ),
  ),
  rule(
    'cluster-imports-no-entry',
    // The composition root is src/cluster.ts and the files beside it.
    { path: '^src/([^/]+\\.ts$|cluster/)', pathNot: '^src/index\\.ts$' },
    { path: '^src/(index\\.ts$|(testing|experiments|server|cli)/)' },
    'What stands on the public API imports the composition root, never the other way: hand the entry’s part in, or move it below cluster.ts.',
  ),
]

const everywhere = [
  rule(
    'no-cycles',
    { path: '^src/' },
    { circular: true },
    'Two files that need each other are one file, or share a third: move the common part into a file of its own.',
  ),
  rule(
    'no-dead-files',
    { path: '^src/(index|experiments/index|cli/main)\\.ts$' },
    { path: '^src/', pathNot: '^src/(index|experiments/index|cli/main)\\.ts$', reachable: false },
    'Nothing leads from src/index.ts, src/experiments/index.ts or src/cli/main.ts to this file: import it where it is needed, or delete it.',
  ),
  rule(
    'no-third-level',
    { path: '^src/' },
    { path: '^src/[^/]+/[^/]+/[^/]+/' },
    'A folder may have one more level when it holds a family, not two: move this file one folder up.',
  ),
  rule(
    'no-node-modules-in-the-core',
    { path: '^src/', pathNot: folder(['cli', 'server']) },
    { dependencyTypes: ['core'] },
    'The core runs in a browser too: let src/cli/ or src/server/ read the file or the clock, and hand the result in.',
  ),
  rule(
    'no-dev-dependencies-in-src',
    { path: '^src/' },
    { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    'What is shipped may import only what package.json lists under dependencies: list it there, or do without.',
  ),
  rule(
    'commander-only-in-the-command',
    { path: '^src/', pathNot: folder(['cli']) },
    { path: 'node_modules/commander/' },
    'Reading a command line is src/cli/’s business: take an options object instead.',
  ),
  rule(
    'no-unresolvable-imports',
    { path: '^src/' },
    { couldNotResolve: true },
    'This import leads nowhere: write the whole path with its .ts extension, or install the package.',
  ),
]

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [...between, ...everywhere],
  options: {
    // A type import is an import: layers are about who knows of whom.
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs', '.json'],
      conditionNames: ['types', 'import', 'default'],
      exportsFields: ['exports'],
    },
  },
}
