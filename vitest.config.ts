import { LongestFirst } from '@ringback/testing/longest-first'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{apps,packages}/*/src/**/*.test.ts', '{bench,scripts,tests}/**/*.test.ts'],
    globalSetup: ['packages/testing/src/global.ts'],
    pool: 'forks',
    // Many tests wait for processes of their own rather than compute.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
