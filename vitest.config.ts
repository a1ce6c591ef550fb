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
    // For what hangs. A machine that has much else to do may take long, and that is no failure.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
})
