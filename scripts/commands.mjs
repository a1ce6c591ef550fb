import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { explain } from './report.mjs'

/** @typedef {{ program: string, takes?: string, does: string, more?: string }} Command */

/**
 * All commands of `./ringback`, in the order in which they are listed: the program that a command runs, what it takes (one
 * without takes nothing), what it does, and the document that tells more. The table in the README says the same.
 *
 * @type {Record<string, Command>}
 */
export const commands = {
  start: {
    program: 'apps/start/src/main.ts',
    does: 'runs all of Ringback on this machine until Ctrl-C; the same as `npm start`',
  },
  status: {
    program: 'apps/start/src/status.ts',
    takes: '[NAME]',
    does: 'shows URLs, password, tokens and parts of what `start` runs; with a name like `REDIS_URL` that value alone',
  },
  remove: {
    program: 'apps/start/src/remove.ts',
    takes: '[--yes]',
    does: 'tells what `start` made on this machine; with `--yes` it is taken away, data included',
  },
  'copy-database': {
    program: 'apps/cli/src/copy-database.ts',
    takes: 'URL',
    does: 'takes the data of `DATABASE_URL` to another Postgres',
    more: 'docs/operations.md#moving-out-of-npm-start',
  },
  api: {
    program: 'apps/api/src/main.ts',
    does: 'runs the API on `DATABASE_URL` and `REDIS_URL`',
  },
  worker: {
    program: 'apps/worker/src/main.ts',
    does: 'runs a worker on `DATABASE_URL` and `REDIS_URL`',
  },
  demo: {
    program: 'apps/demo/src/main.ts',
    does: 'runs the simulation against the API at `RINGBACK_API_URL`',
  },
  migrate: {
    program: 'apps/cli/src/migrate.ts',
    does: "brings the database at `DATABASE_URL` to this version's schema",
  },
  token: {
    program: 'apps/cli/src/token.ts',
    takes: '--role agent --agent 7',
    does: 'prints a token signed with `AUTH_JWT_SECRET`; `--name crm` says whose, for all who are not an agent',
    more: 'docs/authentication.md',
  },
  'sign-in': {
    program: 'apps/cli/src/sign-in.ts',
    takes: '--role agent --agent 7',
    does: 'prints an address that signs a browser in once; `--name` says whose session it is',
    more: 'docs/authentication.md#signing-in',
  },
  doctor: {
    program: 'apps/cli/src/doctor.ts',
    does: 'checks Node, Postgres, its standby, Redis, migrations, clock and port; each failure with its remedy',
  },
  replay: {
    program: 'apps/replay/src/main.ts',
    takes: 'FILE [--day YYYY-MM-DD]',
    does: 'replays a day of a call log and reports what became of every promise',
    more: 'docs/replay.md',
  },
  test: {
    program: 'scripts/check.ts',
    takes: '[FILE…]',
    does: 'runs all checks and tests, or these tests alone; the same as `npm test`',
    more: 'CONTRIBUTING.md',
  },
  bench: {
    program: 'bench/main.ts',
    takes: '[NAME…] [--quick]',
    does: 'benchmarks, as ratios of ours and a rival in the same run',
    more: 'docs/performance.md',
  },
  faults: {
    program: 'tests/faults/main.ts',
    takes: '[--fault NAME]',
    does: 'breaks it in every way that it must survive',
    more: 'docs/reliability.md',
  },
  pairs: {
    program: 'tests/pairs/main.ts',
    takes: '[--first STEP] [--second STEP]',
    does: 'tries every two steps at once',
    more: 'docs/reliability.md',
  },
  endurance: {
    program: 'tests/endurance/main.ts',
    takes: '[--callbacks N]',
    does: 'sends 100,000 callbacks through and looks at the memory of Redis and the workers',
    more: 'docs/reliability.md',
  },
  sbom: {
    program: 'scripts/sbom.ts',
    takes: '[FILE]',
    does: 'writes what an installation runs of others, with versions, licences and hashes, as CycloneDX',
  },
}

/**
 * The commands whose programs are here, a line each. An image has no programs that only a checkout needs.
 *
 * @param {string} root
 */
export function helpOf(root) {
  const lines = namesIn(root).map((name) => `  ${name.padEnd(15)}${commands[name].does}`)
  return [
    'Usage: ./ringback COMMAND [ARGUMENT…]',
    '',
    ...lines,
    '',
    './ringback COMMAND --help says what a command takes.',
  ].join('\n')
}

/**
 * The command of that name, for these arguments.
 *
 * @param {string} root
 * @param {string} name
 * @param {string[]} args
 * @returns {Command}
 * @throws an explained error with exit code 2 when there is none, or it takes no arguments
 */
export function findCommand(root, name, args) {
  const names = namesIn(root)
  if (!names.includes(name)) {
    const problem = Object.hasOwn(commands, name) ? `${name} needs a checkout` : `There is no command ${name}`
    throw misuse(`${problem}. There are: ${names.join(', ')}`)
  }
  const command = commands[name]
  if (command.takes === undefined && args.length > 0) {
    throw misuse(`./ringback ${name} takes no arguments, and got: ${args.join(' ')}`)
  }
  return command
}

function namesIn(root) {
  return Object.keys(commands).filter((name) => existsSync(join(root, commands[name].program)))
}

function misuse(text) {
  return Object.assign(explain(text), { exitCode: 2 })
}
