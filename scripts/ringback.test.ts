import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { commands } from './commands.mjs'

const root = join(import.meta.dirname, '..')
const names = Object.keys(commands)

interface Answer {
  code: number | string
  out: string
  err: string
}

function run(program: string, args: string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}) {
  return new Promise<Answer>((resolve) => {
    execFile(program, args, options, (error, out, err) => resolve({ code: error?.code ?? 0, out, err }))
  })
}

describe('./ringback', () => {
  const ringback = (...args: string[]) => run(join(root, 'ringback'), args)

  test.each([[[]], [['--help']], [['-h']], [['help']]])('with %j lists all commands, a line each', async (args) => {
    const { code, out, err } = await ringback(...args)
    expect([...out.matchAll(/^ {2}(\S+) +\S.*$/gm)].map(([, name]) => name)).toEqual(names)
    expect({ code, err }).toEqual({ code: 0, err: '' })
  })

  test('has no command twice, and each has a program', () => {
    const programs = Object.values(commands).map(({ program }) => program)
    expect(new Set(programs).size).toBe(programs.length)
    expect(programs.filter((program) => !globSync(program, { cwd: root }).length)).toEqual([])
  })

  test('says in one line that it does not know a command, and which there are', async () => {
    const err = `There is no command statsu. There are: ${names.join(', ')}\n`
    expect(await ringback('statsu', '--help')).toEqual({ code: 2, out: '', err })
    expect(await ringback('toString')).toMatchObject({ code: 2, out: '' })
  })

  test('takes no arguments where none are known', async () => {
    const err = './ringback doctor takes no arguments, and got: --quick now\n'
    expect(await ringback('doctor', '--quick', 'now')).toEqual({ code: 2, out: '', err })
    expect(await ringback('doctor', '--help')).toMatchObject({ code: 0, out: expect.stringContaining('checks Node') })
  })

  test('is what the README says it is', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8')
    const [, table] = /\n## Commands\n(.*?)\n## /s.exec(readme)!
    const rows = [...table!.matchAll(/^\| (`.*?) +\| (.*?) +\|$/gm)].map(([, command, does]) => `${command} ${does}`)
    const lines = Object.entries(commands).map(([name, { takes, does, more }]) => {
      const command = ['./ringback', name, takes].filter(Boolean).join(' ')
      return `\`${command}\` ${does}${more ? ` ([more](${more}))` : ''}`
    })
    expect(rows).toEqual(lines)
  })

  test('says what is missing on a machine without Node', async () => {
    const bin = mkdtempSync(join(tmpdir(), 'ringback-bin-'))
    for (const tool of ['sh', 'dirname', 'readlink']) symlinkSync(await whereIs(tool), join(bin, tool))
    const { code, out, err } = await run(join(root, 'ringback'), ['doctor'], { env: { PATH: bin } })
    expect(err).toBe(
      'Ringback needs Node 20 or newer to begin with (https://nodejs.org); there is no node on the PATH\n',
    )
    expect({ code, out }).toEqual({ code: 127, out: '' })
    rmSync(bin, { recursive: true })
  })
})

/** What stands for every program: it tells how it was called, and ends as it is told. */
const program = `
const [wish, ...args] = process.argv.slice(2)
if (wish === 'end-with') process.exitCode = Number(args[0])
if (wish === 'die-of') process.kill(process.pid, args[0])
if (wish === 'wait') {
  process.once('disconnect', () => process.exit(1))
  process.on('SIGTERM', () => process.exit(43))
  setInterval(() => {}, 1_000)
}
console.log(JSON.stringify({ pid: process.pid, cwd: process.cwd(), args: process.argv.slice(2) }))
`

describe('what it runs', () => {
  let checkout: string
  let elsewhere: string
  let first: Answer
  const env = { ...process.env, npm_config_update_notifier: 'false' }
  beforeAll(async () => {
    const place = realpathSync(mkdtempSync(join(tmpdir(), 'ringback front ')))
    checkout = join(place, 'a checkout')
    elsewhere = join(checkout, 'docs')
    const copies = ['ringback', 'package.json', '.node-version', ...globSync('scripts/*.mjs', { cwd: root })]
    for (const file of copies) cpSync(join(root, file), join(checkout, file))
    const { devDependencies: _, ...manifest } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    write('package.json', JSON.stringify(manifest))
    write('pnpm-workspace.yaml', 'packages: []\npmOnFail: ignore\n')
    write('pnpm-lock.yaml', "lockfileVersion: '9.0'\nimporters:\n  .: {}\n")
    for (const name of ['token', 'test', 'start']) write(commands[name]!.program, program)
    mkdirSync(elsewhere)
    mkdirSync(join(checkout, 'node_modules')) // Where there is nothing to install, pnpm makes none.
    first = await ringback('token', 'first')
  })
  afterAll(() => rmSync(dirname(checkout), { recursive: true }))

  function write(file: string, text: string): void {
    mkdirSync(dirname(join(checkout, file)), { recursive: true })
    writeFileSync(join(checkout, file), text)
  }

  const ringback = (...args: string[]) => run(join(checkout, 'ringback'), args, { cwd: elsewhere, env })
  const told = ({ out }: Answer) => JSON.parse(out) as { pid: number; cwd: string; args: string[] }

  test('has stdout for itself, also the first time, when dependencies are installed', () => {
    expect(first.err).toContain('Installing the dependencies …')
    expect(first.err).toContain('Done in')
    expect(told(first).args).toEqual(['first'])
    expect(first.code).toBe(0)
  })

  test('works where it is called, with the arguments as they are, and says nothing else', async () => {
    const args = ['a b', '', '$HOME', '--', '--help', '../x.tsv']
    const answer = await ringback('token', ...args)
    expect(told(answer)).toMatchObject({ cwd: elsewhere, args })
    expect(answer.err).toBe('')
  })

  test('may be called by a link', async () => {
    const link = join(dirname(checkout), 'rb')
    symlinkSync(join('a checkout', 'ringback'), link)
    expect(told(await run(link, ['token'], { cwd: elsewhere, env })).cwd).toBe(elsewhere)
  })

  test('ends with its exit code, and with 128 and the number of a signal', async () => {
    expect((await ringback('token', 'end-with', '42')).code).toBe(42)
    expect((await ringback('token', 'die-of', 'SIGKILL')).code).toBe(128 + 9)
  })

  test('gets the signals that its caller is sent', async () => {
    const caller = spawn(join(checkout, 'ringback'), ['token', 'wait'], { env, stdio: ['ignore', 'pipe', 'ignore'] })
    onTestFinished(() => void caller.kill('SIGKILL'))
    const ended = once(caller, 'exit')
    await once(caller.stdout, 'data')
    caller.kill('SIGTERM')
    expect(await ended).toEqual([43, null])
  })

  test.each(['start', 'test'])('npm %s is the same', async (name) => {
    const args = name === 'test' ? ['a b', '../x.test.ts'] : []
    const answer = await run('npm', ['--silent', name, '--', ...args], { cwd: elsewhere, env })
    // `start` takes nothing, and so nothing that could depend on a directory.
    expect(told(answer)).toMatchObject({ cwd: name === 'test' ? elsewhere : checkout, args })
  })

  test('is not fetched for in an image, and takes the place of what called it there', async () => {
    const bin = dirname(process.execPath)
    const inImage = { PATH: `${bin}:/usr/bin:/bin`, RINGBACK_INSTALLED: '1' }
    rmSync(join(checkout, 'node_modules'), { recursive: true })
    const caller = spawn(join(checkout, 'ringback'), ['token', 'wait', 'x'], {
      cwd: elsewhere,
      env: inImage,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    onTestFinished(() => void caller.kill('SIGKILL'))
    const ended = once(caller, 'exit')
    const [text] = await once(caller.stdout, 'data')
    expect(JSON.parse(String(text))).toEqual({ pid: caller.pid, cwd: elsewhere, args: ['wait', 'x'] })
    caller.kill('SIGTERM')
    expect(await ended).toEqual([43, null])
    expect(globSync('node_modules', { cwd: checkout })).toEqual([])
  })

  test('must be there', async () => {
    expect(await ringback('faults')).toEqual({
      code: 2,
      out: '',
      err: 'faults needs a checkout. There are: start, token, test\n',
    })
  })
})

async function whereIs(tool: string): Promise<string> {
  return (await run('sh', ['-c', `command -v ${tool}`])).out.trim()
}
