import { defineConfig } from 'tsup'

const config: ReturnType<typeof defineConfig> = defineConfig({
  entry: { index: 'src/index.ts', experiments: 'src/experiments/index.ts', cli: 'src/cli/main.ts' },
  dts: { entry: { index: 'src/index.ts', experiments: 'src/experiments/index.ts' } },
  tsconfig: 'tsconfig.node.json',
  format: 'esm',
  target: 'node20.19',
  // The command and the library share their chunks: what the command shows is what an import runs.
  splitting: true,
  clean: true,
})

export default config
