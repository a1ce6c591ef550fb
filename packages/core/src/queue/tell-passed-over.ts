import { findings } from '@ringback/db'
import type { Deps } from '../deps.ts'
import type { Unit } from '../transact.ts'

/** Notes what was passed over, for the alert `entries-unclaimable`. An entry is logged when it is first found. */
export async function tellPassedOver({ passedOver, log }: Deps, { sql, now, afterCommit }: Unit): Promise<void> {
  for (const { entryId, reason } of passedOver.takeUntold()) {
    const finding = { kind: findings.unclaimable, subject: entryId, detail: reason, isRepaired: false }
    const isNew = await findings.note(sql, finding, now)
    if (isNew) afterCommit(() => log.error({ queueEntryId: entryId, reason }, 'queue entry cannot be claimed'))
  }
}
