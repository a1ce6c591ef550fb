import { globSync, readFileSync } from 'node:fs'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './packages/testing/src/longest-first.ts'

const include = ['{apps,packages}/*/src/**/*.test.ts', '{bench,examples,scripts,tests}/**/*.test.ts']
/** What a test works with that needs more than the files that it tests: servers, processes, the network, this machine. */
const needsMore =
  /from '(@ringback\/(testing|local|api\/testing)|node:(child_process|http|net)|\.\/index\.ts|.*\/(testing|world|system)[/.])/
const pure = globSync(include).filter(
  (file) => !file.startsWith('packages/local/') && !needsMore.test(readFileSync(file, 'utf8')),
)

export default defineConfig({
  test: {
    globalSetup: ['packages/testing/src/global.ts'],
    sequence: { sequencer: LongestFirst },
    // For what hangs. A machine that has much else to do may take long, and that is no failure.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    projects: [
      // Done sooner than a worker for each would have started.
      {
        extends: true,
        test: {
          name: 'pure',
          include: pure,
          pool: 'threads',
          isolate: false,
          maxWorkers: 1,
          sequence: { groupOrder: 0 },
        },
      },
      // Many tests wait for processes of their own rather than compute.
      {
        extends: true,
        test: {
          name: 'whole',
          include,
          exclude: [...pure, '**/node_modules/**'],
          pool: 'forks',
          isolate: false,
          maxWorkers: 4,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
