import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startProxy } from '@ringback/testing/proxy'
import { untilTrue } from '@ringback/testing/until-true'
import postgres from 'postgres'
import { baseBackup } from './base-backup.ts'
import { openPostgres, type DatabaseServer } from './servers.ts'

/** A Postgres that follows another one by streaming, until it is promoted. */
export interface Standby {
  server: DatabaseServer
  /** Resolves when it has all that its primary has committed by now. */
  catchUp(): Promise<void>
  /** Cuts it off from its primary: it lags from now on. */
  cutOff(): void
  /** Lets it hear its primary again. */
  join(): void
  /** Makes it a primary with what it has got. */
  promote(): Promise<void>
}

export async function openStandby(primary: DatabaseServer, dataDir: string): Promise<Standby> {
  await using opened = new AsyncDisposableStack()
  const { port, username, password } = new URL(primary.url)
  const link = opened.adopt(await startProxy(Number(port)), (proxy) => proxy.close())
  await baseBackup(primary.url, primary.dataDir, dataDir)
  const connection = `host=127.0.0.1 port=${link.port} user=${username} password=${password}`
  await appendFile(join(dataDir, 'cluster/postgresql.auto.conf'), `\nprimary_conninfo = '${connection}'\n`)
  await writeFile(join(dataDir, 'cluster/standby.signal'), '')
  const server = opened.adopt(await openPostgres(dataDir), (it) => it.close())
  const closing = opened.move()

  return {
    server: { ...server, close: () => closing.disposeAsync() },
    async catchUp() {
      const lsn = await ask(primary.url, 'select pg_current_wal_lsn()::text as answer')
      await untilTrue(
        async () => (await ask(server.url, `select (pg_last_wal_replay_lsn() >= '${lsn}')::text as answer`)) === 'true',
        'the standby has caught up',
      )
    },
    cutOff: () => link.set({ kind: 'reset' }),
    join: () => link.set({ kind: 'pass' }),
    async promote() {
      const isPromoted = await ask(server.url, 'select pg_promote()::text as answer')
      if (isPromoted !== 'true') throw new Error('The standby was not promoted within a minute')
    },
  }
}

async function ask(url: string, question: string): Promise<string> {
  const sql = postgres(url, { max: 1 })
  try {
    const [row] = await sql.unsafe<{ answer: string }[]>(question)
    return row!.answer
  } finally {
    await sql.end({ timeout: 1 })
  }
}
