import type { Sql, Statement } from '../client.ts'
import type { CronRun } from '../rows.ts'
import type { TickTrigger } from '../values.ts'

/** What became of callbacks that were routed. */
export interface RoutingTally {
  /** Jobs of the run that came to an end, each once: by them a run knows when it is finished. */
  settled: number
  /** Of these, those whose callback had not been counted for the same state before. */
  processed: number
  notified: number
  routed: number
  unassigned: number
  deferred: number
  errors: number
}

/** Starts a run; false when one with this id exists. */
export async function start(sql: Sql, id: string, trigger: TickTrigger, now: Date): Promise<boolean> {
  const result = await sql`
    insert into cron_runs (id, trigger, started_at) values (${id}, ${trigger}, ${now}) on conflict (id) do nothing`
  return result.count > 0
}

export async function get(sql: Sql, id: string): Promise<CronRun | undefined> {
  const [row] = await sql<CronRun[]>`select * from cron_runs where id = ${id}`
  return row
}

export async function list(sql: Sql, limit: number): Promise<CronRun[]> {
  return sql<CronRun[]>`select * from cron_runs order by started_at desc, id limit ${limit}`
}

/** A run is at its scan still. */
export async function noteProgress(sql: Sql, id: string, now: Date): Promise<void> {
  await sql`update cron_runs set progress_at = ${now} where id = ${id} and enqueued is null`
}

/** Writes what a run has put to work. A run whose jobs are all settled by now ends here. */
export async function noteScanned(
  sql: Sql,
  id: string,
  scanned: { enqueued: number; alreadyQueued: number },
  now: Date,
): Promise<CronRun | undefined> {
  const [row] = await sql<CronRun[]>`
    update cron_runs set enqueued = ${scanned.enqueued}, already_queued = ${scanned.alreadyQueued},
      finished_at = case when settled >= ${scanned.enqueued} then ${now}::timestamptz end
    where id = ${id} and enqueued is null
    returning *`
  return row
}

/** Adds what became of a group of a run's jobs. Whoever settles the last job ends the run, and gets it back finished. */
export function addTally(sql: Sql, id: string, tally: RoutingTally, now: Date): Statement<CronRun[]> {
  return sql<CronRun[]>`
    update cron_runs set settled = settled + ${tally.settled}, processed = processed + ${tally.processed}, notified = notified + ${tally.notified},
      routed = routed + ${tally.routed}, unassigned = unassigned + ${tally.unassigned},
      deferred = deferred + ${tally.deferred}, errors = errors + ${tally.errors},
      finished_at = case when settled + ${tally.settled} >= enqueued then ${now}::timestamptz end
    where id = ${id} and finished_at is null and abandoned_at is null
    returning *`
}

/** Closes runs from before `startedBefore` whose jobs were lost. */
export async function abandon(sql: Sql, startedBefore: Date, now: Date): Promise<CronRun[]> {
  return sql<CronRun[]>`
    update cron_runs set abandoned_at = ${now}
    where finished_at is null and abandoned_at is null and started_at < ${startedBefore}
    returning *`
}

export interface LatestRuns {
  /** When the newest run started. */
  startedAt: Date | null
  /** When the newest of those that are at their scan went on with it. */
  progressAt: Date | null
  /** When the newest of those that have found all their callbacks started. */
  scannedAt: Date | null
  /** When the newest of those that have finished did. */
  finishedAt: Date | null
}

export async function latest(sql: Sql): Promise<LatestRuns> {
  const [row] = await sql<LatestRuns[]>`
    select (select max(started_at) from cron_runs) as started_at,
      (select max(coalesce(progress_at, started_at)) from cron_runs where enqueued is null and finished_at is null and abandoned_at is null)
        as progress_at,
      (select max(started_at) from cron_runs where enqueued is not null) as scanned_at,
      (select max(finished_at) from cron_runs where finished_at is not null) as finished_at`
  return row!
}
