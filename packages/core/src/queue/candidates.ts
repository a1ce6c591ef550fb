import { claims, priorityScores } from '@ringback/db'
import type { Deps } from '../deps.ts'
import type { Proposal } from '../lanes/lanes.ts'
import { isOrdinary, takesTurns } from '../policies/callback-share.ts'
import type { Asking } from './next-call.ts'

/** An entry that would be claimed for whoever asks, and the share that its claim counts by. */
export type CandidateOf<Asked extends Asking> = Asked & { entryId: string; share: number | undefined }

/** The entry that the lanes propose. */
export function candidateOf<Asked extends Asking>(
  asking: Asked,
  { id, countedIn }: Extract<Proposal, { kind: 'entry' }>,
): CandidateOf<Asked> {
  const share = countedIn === undefined ? undefined : asking.turns?.shareOf(countedIn)
  return { ...asking, entryId: id, share }
}

/** The first entries that an agent could claim, in the order in which the lanes propose them, from Postgres alone. */
export async function listCandidates<Asked extends Asking>(
  deps: Deps,
  asking: Asked,
  now: Date,
  limit: number,
): Promise<CandidateOf<Asked>[]> {
  const { turns } = asking
  const list = (fromScore?: number) =>
    claims.listCandidates(deps.sql, asking, now, limit, deps.passedOver.ids(), fromScore)
  let entries = await list()
  const callback = entries.find(takesTurns)
  if (callback && turns?.yielding.has(callback.queueType)) {
    const callbacks = entries.filter(takesTurns)
    const accepted = entries.filter((entry) => !takesTurns(entry) && !isOrdinary(entry))
    entries = [...accepted, ...(await list(priorityScores.firstOrdinary)), ...callbacks]
  }
  return entries.map((entry) => {
    const { queueType } = (isOrdinary(entry) && callback) || entry
    return Object.assign({ entryId: entry.id, share: turns?.shareOf(queueType) }, asking)
  })
}
