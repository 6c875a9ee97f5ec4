import { type BuildOptions, build } from 'esbuild'
import { root } from './run.ts'

const common = { absWorkingDir: root, bundle: true, write: false, target: 'es2023', logLevel: 'error' } as const

async function bundled(options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({ ...common, ...options, write: false })
  return outputFiles[0]!.text
}

/** One file that any Node.js from 20 on runs by itself: no TypeScript loader, no node_modules. */
export function bundleForNode(entry: string): Promise<string> {
  // A CommonJS dependency asks for Node's own modules with `require`, which a module has to make for itself.
  const js = "import { createRequire as requireFor } from 'node:module'; const require = requireFor(import.meta.url)"
  return bundled({ entryPoints: [entry], platform: 'node', format: 'esm', banner: { js } })
}

/**
 * One script for a place that has the language and nothing else, not even a console: what `entry` prints with
 * console.log is the value of the script.
 */
export function bundleForBrowser(entry: string): Promise<string> {
  return bundled({
    entryPoints: [entry],
    platform: 'browser',
    format: 'iife',
    define: { 'console.log': '__print', 'process.stdout.write': '__print' },
    banner: { js: 'var __printed = []; function __print(text) { __printed.push(String(text)) }' },
    footer: { js: "__printed.join('\\n')" },
  })
}
