/** Scripts within documents, each with the test that runs it as a whole. */
export const scripts: Record<string, string> = {
  'walk-through': 'tests/readme.test.ts',
  'moving-out': 'tests/bootstrap/npm-start.test.ts',
  'twilio-by-hand': 'tests/telephony.test.ts',
  'events-by-hand': 'tests/telephony.test.ts',
}

/** What a command says when it is up, of those that go on until they are ended: they are run until then. */
export const saidWhenUp: Record<string, string> = {
  start: 'Ringback is running',
  api: 'api listens',
  worker: 'worker started',
  demo: 'demo data ready',
  'examples/crm/main.ts': 'all tickets are with Ringback',
}

/** Commands that are only asked whether they take these arguments, with `--help` behind them, and why. */
export const onlyAsked: Record<string, string> = {
  bench: 'minutes; what it measures would be what runs beside it',
  faults: 'hours; tests/faults/faults.test.ts runs every fault once',
  pairs: 'an hour; tests/pairs/pairs.test.ts tries a part',
  endurance: 'an hour',
  replay: 'a minute; apps/replay/src/replay.test.ts replays a day',
  test: 'it is what runs this',
}

/** Lines that are not run at all, each with the reason. */
export const notRun: Record<string, string> = {
  'npm test': 'it is what runs this',
  './ringback remove --yes':
    'takes away the account and the packages of this machine; packages/local/src/removal.test.ts does so elsewhere',
  'node apps/worker/src/health.ts': 'wants a worker that beats; apps/worker/src/health.test.ts has one',
  'node --cpu-prof': 'an option for whatever process is to be looked at',
  'redis-cli --latency': 'looks on until it is ended',
  "DATABASE_URL='postgres://ringback:…@db.example.com:5432/ringback' DATABASE_APP_ROLE=ringback_app ./ringback migrate":
    'wants a Postgres on another host; apps/cli/src/cli.test.ts gives a role what it needs',
  'git config core.hooksPath .githooks': 'changes how this checkout commits',
  'npm run format': 'rewrites the files of this checkout',
  'npm --prefix packages/db run generate -- --name what_it_does': 'writes a migration when the schema has changed',
  'createdb ringback': 'wants a cluster that is lost',
  'pg_restore --dbname=ringback ringback.dump': 'wants a dump',
  'pg_ctl promote': 'wants a standby',
}

/** What stands for a name in capitals, by the command that takes it. `@` is a folder for what is written. */
export const filledIn: Record<string, Record<string, string>> = {
  COMMAND: { '': 'doctor' },
  FILE: {
    replay: 'examples/call-log-2026-03-02.tsv',
    test: 'tests/commands/documents.test.ts',
    bench: '@/figures.json',
    sbom: '@/sbom.json',
  },
  'YYYY-MM-DD': { replay: '2026-03-02' },
  OUT: { replay: '@/figures.json' },
  NAME: { status: 'REDIS_URL', bench: 'claim', faults: 'soak' },
  STEP: { pairs: 'accept' },
  N: { endurance: '20000' },
}
