import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'
import { bannedEverywhere, bannedGlobals, bannedImports, bannedSyntax } from './scripts/banned.mjs'

export default defineConfig(
  { ignores: ['dist/', 'coverage/', 'bench/out/', 'test/package/consumer/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    rules: {
      eqeqeq: 'error',
      'no-restricted-syntax': ['error', ...bannedEverywhere],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // `readonly tag: 'x' = 'x'` is how isolatedDeclarations wants a literal type written.
      '@typescript-eslint/prefer-as-const': 'off',
      // A function that is handed in may be empty; that it does nothing is what it says.
      '@typescript-eslint/no-empty-function': 'off',
    },
  },
  {
    // A tool's own config file is the one place where a default export is asked for.
    files: ['*.config.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    // The core: all of src/ but what runs only in Node.js.
    files: ['src/**/*.ts'],
    ignores: ['src/cli/**', 'src/server/**'],
    rules: {
      'no-restricted-globals': ['error', ...bannedGlobals],
      'no-restricted-imports': ['error', bannedImports],
      'no-restricted-syntax': ['error', ...bannedEverywhere, ...bannedSyntax],
    },
  },
)
