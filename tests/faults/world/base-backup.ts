import { cp, rm, writeFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import postgres from 'postgres'

/** What a server makes anew, and what belongs to the one at work alone. */
const leftOut = /^(?:postmaster\.(?:pid|opts)|.*pg_internal\.init.*|.*pgsql_tmp.*)$/
const leftEmpty = /^(?:pg_dynshmem|pg_notify|pg_replslot|pg_serial|pg_snapshots|pg_stat_tmp|pg_subtrans|pg_wal)\/./

/**
 * Copies a Postgres at work from one data directory of `startPostgres` into another, as pg_basebackup does: what was
 * committed when the copy ends is in it, and it can be started.
 */
export async function baseBackup(url: string, fromDir: string, toDir: string): Promise<void> {
  const [from, to] = [join(fromDir, 'cluster'), join(toDir, 'cluster')]
  await rm(toDir, { recursive: true, force: true })
  const sql = postgres(url, { max: 1, onnotice: () => {} }) // Begin and end belong to one session.
  try {
    await sql`select pg_backup_start('base backup', true)`
    await cp(from, to, {
      recursive: true,
      filter(path) {
        const place = relative(from, path).split(sep).join('/')
        return !leftOut.test(place) && !leftEmpty.test(place)
      },
    })
    const [end] = await sql<{ labelfile: string }[]>`select labelfile from pg_backup_stop()`
    await writeFile(join(to, 'backup_label'), end!.labelfile)
    // Last, so that all that was written while the files were copied is in it.
    await cp(join(from, 'pg_wal'), join(to, 'pg_wal'), { recursive: true })
    await cp(join(fromDir, 'password'), join(toDir, 'password'))
  } finally {
    await sql.end({ timeout: 5 })
  }
}
