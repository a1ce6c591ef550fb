import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'

const run = promisify(execFile)
const modules = join(import.meta.dirname, 'node_modules')

/** A directory for the project of somebody else, until the test is over. */
export function foreignProject(): string {
  const place = mkdtempSync(join(tmpdir(), 'ringback clients '))
  onTestFinished(() => rmSync(place, { recursive: true }))
  writeFileSync(join(place, 'package.json'), JSON.stringify({ name: 'theirs', private: true, type: 'module' }))
  return place
}

/** Runs a program that comes with these tests in `place`, and gives what it said. @throws when it fails, with all it said */
export function runThere(place: string, program: string, ...args: string[]): Promise<string> {
  return runIn(place, join(modules, '.bin', program), ...args)
}

export async function runIn(place: string, program: string, ...args: string[]): Promise<string> {
  try {
    return (await run(program, args, { cwd: place, maxBuffer: 2 ** 26 })).stdout
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    throw new Error(`${program} ${args.join(' ')}\n${stdout}${stderr}`, { cause: error })
  }
}

/** What TypeScript 5 has against anything in `place`, strictly: nothing, if all is well. @throws with it otherwise */
export async function typecheckThere(
  place: string,
  moduleResolution: 'bundler' | 'nodenext' = 'bundler',
): Promise<string> {
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2023', 'dom', 'dom.iterable'],
    module: moduleResolution === 'bundler' ? 'esnext' : 'nodenext',
    moduleResolution,
    strict: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    typeRoots: [join(modules, '@types')],
    types: ['node'],
  }
  writeFileSync(join(place, 'tsconfig.json'), JSON.stringify({ compilerOptions, exclude: [] }))
  return runThere(place, 'tsc', '--project', place)
}
