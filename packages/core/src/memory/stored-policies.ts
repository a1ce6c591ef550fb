import { policies, type QueueType, type Sql, type StoredPolicy } from '@ringback/db'
import type { Logger } from 'pino'
import { policyDocument } from '../policies/document.ts'
import { policyOf, reportPolicy, type Policy } from '../policies/policy.ts'

export interface StoredPolicies {
  /**
   * The policy of a queue, as it stood at most five seconds ago; without a stored one, the report's rules. It is read where
   * the caller is at work, since a transaction that waits for another connection may wait for itself.
   */
  of(sql: Sql, queueType: QueueType): Promise<Policy>
  /** The version of it; 0 without a stored one. */
  versionOf(sql: Sql, queueType: QueueType): Promise<number>
  /** All that are stored, by queue. */
  all(sql: Sql): Promise<ReadonlyMap<QueueType, Policy>>
  /** Has the next look go to Postgres: this process has written a policy. */
  forget(): void
}

/** A version of Ringback that knows more may have written it; what this one knows holds. */
const storedDocument = policyDocument.strip()

/** What was read is held for so long. The rest of the five seconds is for reading it. */
const heldForMs = 4_000

/**
 * Remembers the policies of all queues. They are read anew as a whole, so a version that Postgres has lost, by going back
 * in time, is forgotten with the next look; that its number was higher counts for nothing.
 */
export function storedPolicies(log: Logger): StoredPolicies {
  let held: { policies: Map<QueueType, Policy>; versions: Map<QueueType, number>; until: number } | undefined
  const told = new Set<string>()

  /** A row that was written by hand may say what cannot be read. */
  function read({ queueType, version, document }: StoredPolicy): Policy {
    const parsed = storedDocument.safeParse(document)
    if (parsed.success) return policyOf(parsed.data)
    const row = `${queueType} ${version}`
    if (!told.has(row)) log.error({ queueType, version, issues: parsed.error.issues }, 'policy cannot be read')
    told.add(row)
    return reportPolicy
  }

  async function look(sql: Sql): Promise<NonNullable<typeof held>> {
    // Counted from before it was read: what is committed later may not be in it.
    const began = performance.now()
    if (!held || began >= held.until) {
      const rows = await policies.listCurrent(sql)
      held = {
        policies: new Map(rows.map((row) => [row.queueType, read(row)])),
        versions: new Map(rows.map(({ queueType, version }) => [queueType, version])),
        until: began + heldForMs,
      }
    }
    return held
  }

  return {
    of: async (sql, queueType) => (await look(sql)).policies.get(queueType) ?? reportPolicy,
    versionOf: async (sql, queueType) => (await look(sql)).versions.get(queueType) ?? 0,
    all: async (sql) => (await look(sql)).policies,
    forget() {
      held = undefined
    },
  }
}
