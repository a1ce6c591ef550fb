import { relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take a minute or more. One of them begun last would keep all but one worker waiting for its end. */
const long = [
  'tests/faults/',
  'tests/bootstrap/',
  'tests/model/',
  'tests/',
  'apps/replay/src/replay.test.ts',
  'apps/cli/',
  'apps/console/',
]

/** Begins with the files that take longest; the others follow as they would. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- a method of the sequencer, not of an array
    const sorted = await super.sort(files)
    return sorted.toSorted((a, b) => rankOf(a) - rankOf(b))
  }
}

function rankOf({ project, moduleId }: TestSpecification): number {
  const path = relative(project.config.root, moduleId)
  const index = long.findIndex((start) => path.startsWith(start))
  return index === -1 ? long.length : index
}
