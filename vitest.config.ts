import { defineConfig } from 'vitest/config'
import { LongestFirst } from './tests/setup/longest-first.ts'

export default defineConfig({
  test: {
    include: ['{apps,packages}/*/src/**/*.test.ts', '{bench,scripts,tests}/**/*.test.ts'],
    globalSetup: ['tests/setup/global.ts'],
    pool: 'forks',
    // Many tests wait for processes of their own rather than compute.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // For what hangs. A machine that has much else to do may take long, and that is no failure.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
})
