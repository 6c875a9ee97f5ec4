import { fileURLToPath } from 'node:url'
import { type ViteUserConfig, defineConfig } from 'vitest/config'

// .ci/run counts the tests from this file.
const report = process.env['WAVETANK_TEST_REPORT']

// `saved`: every fork that a test makes is saved and loaded before it is handed out.
const forks = process.env['WAVETANK_FORKS']

// What every property draws its cases from; without it, each run draws others.
const seed = process.env['WAVETANK_SEED']

const setupFiles = [
  ...(forks === 'saved' ? ['test/support/forksAreSaved.ts'] : []),
  ...(seed === undefined ? [] : ['test/support/oneSeed.ts']),
]

const config: ViteUserConfig = defineConfig({
  resolve: {
    alias: [
      { find: /^wavetank$/, replacement: fileURLToPath(new URL('src/index.ts', import.meta.url)) },
      {
        find: /^wavetank\/experiments$/,
        replacement: fileURLToPath(new URL('src/experiments/index.ts', import.meta.url)),
      },
    ],
  },
  test: {
    include: ['test/**/*.test.ts', 'examples/**/*.test.ts'],
    setupFiles,
    ...(report === undefined ? {} : { reporters: ['default', ['json', { outputFile: report }]] }),
    // Files share what they import: no state is kept outside of clusters, and importing it anew for each takes most of the time.
    isolate: false,
    maxWorkers: '100%',
    // Nothing here waits for a clock; a test that takes this long is on a busy machine or in an endless loop.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})

export default config
