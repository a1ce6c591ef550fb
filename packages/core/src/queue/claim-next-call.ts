import { claims, isCollision, isDatabaseAway, isLockTimeout, lock, setLockTimeout, TryAgain } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { reasonOf } from '../errors.ts'
import { turnsOf } from '../policies/callback-share.ts'
import type { Unit } from '../transact.ts'
import { candidateOf, listCandidates } from './candidates.ts'
import {
  askingOf,
  correct,
  nextCallOf,
  notLoggedIn,
  staleProposalsBeforePostgres,
  type Asking,
  type NextCall,
  type NextCallInput,
} from './next-call.ts'
import { tellClaim, tellEmpty, tellResumed } from './tell-claim.ts'
import { tellPassedOver } from './tell-passed-over.ts'

export interface ClaimedCall extends NextCall {
  callSessionId: string
  /** Whether the agent held this claim before: the answer to an earlier request was lost. */
  resumed: boolean
}

/** What the attempts of one claim have in common. */
interface Attempts {
  /** One has waited for an entry that another transaction has, in vain. From then on they take only what is free. */
  isPatienceOver: boolean
  /** Somebody else has taken what one was proposed: maybe the same agent, who asked twice at once. */
  hasLost: boolean
}

type AskingAs = Asking & Pick<claims.Candidate, 'actor'>

const candidatesAtOnce = 64
/** So long a claim waits for an entry that another transaction has, before it takes one that is free. */
const waitsMs = 500

/**
 * Claims the agent's next call: Redis proposes, Postgres decides. Undefined when there is none. An agent who holds a
 * claim gets that one again. An entry that cannot be claimed is passed over, and reported.
 *
 * @throws DomainError `agent-not-logged-in`, `unknown-queue`, `queue-not-served`
 */
export async function claimNextCall(deps: Deps, input: NextCallInput): Promise<ClaimedCall | undefined> {
  // All of it is tried again when the agent asked twice at once and this request lost (then there is a claim to resume),
  // and when an entry could not be claimed (then there is one more to pass over).
  const attempts: Attempts = { isPatienceOver: false, hasLost: false }
  return deps.write(async (unit) => {
    const call = await claimWithin(unit, { ...deps, sql: unit.sql }, input, attempts)
    await tellPassedOver(deps, unit)
    return call
  })
}

async function claimWithin(
  unit: Unit,
  deps: Deps,
  input: NextCallInput,
  attempts: Attempts,
): Promise<ClaimedCall | undefined> {
  // What this process remembers is read first, if it must be: nothing that takes time lies between what the agent holds and
  // what the lanes propose.
  const policies = await deps.policies.all(deps.sql)
  await deps.servedQueues.of(deps.sql, input.agentId)
  const standing = await standingOf(deps, input.agentId)
  const held = await heldCallOf(deps, input.agentId, standing)
  if (held) {
    unit.afterCommit(() => tellResumed(deps))
    return held
  }
  const asking = { ...(await askingOf(deps, input, turnsOf(policies, standing.callbackCredit))), actor: unit.actor }
  const fromLanes = await claimFromLanes(deps, asking, unit.now, attempts)
  const claimed = fromLanes ?? (await claimFromPostgres(deps, asking, unit.now, attempts))
  const source = fromLanes ? 'lanes' : 'postgres'
  if (claimed === 'none') {
    const call = attempts.hasLost ? await heldBy(deps, input.agentId) : undefined
    unit.afterCommit(() => (call ? tellResumed(deps) : tellEmpty(deps, source)))
    return call
  }
  unit.changed.push(claimed.entry)
  const call = claimedCallOf(claimed, false)
  unit.afterCommit(() => tellClaim(deps, call, { source }))
  return call
}

/** The call that the agent holds already, which it gets again. */
async function heldBy(deps: Deps, agentId: number): Promise<ClaimedCall | undefined> {
  return heldCallOf(deps, agentId, await standingOf(deps, agentId))
}

async function heldCallOf(
  { sql }: Deps,
  agentId: number,
  { heldEntryId }: claims.Standing,
): Promise<ClaimedCall | undefined> {
  if (heldEntryId === null) return undefined
  const held = (await claims.listHeld(sql, [heldEntryId])).find(({ entry }) => entry.claimedByAgentId === agentId)
  return held && claimedCallOf(held, true)
}

async function standingOf({ sql }: Deps, agentId: number): Promise<claims.Standing> {
  const standing = (await claims.listStandings(sql, [agentId])).get(agentId)
  if (!standing) throw notLoggedIn(agentId)
  return standing
}

/** Takes proposals until Postgres agrees to one. Undefined when the lanes cannot tell, or not what is free. */
async function claimFromLanes(
  deps: Deps,
  asking: AskingAs,
  now: Date,
  attempts: Attempts,
): Promise<claims.Call | 'none' | undefined> {
  if (attempts.isPatienceOver) return undefined
  const taken: claims.Candidate[] = []
  try {
    for (let tries = 0; tries < staleProposalsBeforePostgres; tries++) {
      const proposal = await deps.lanes.take({ ...asking, now })
      if (proposal.kind === 'unavailable') return undefined
      if (proposal.kind === 'empty') return deps.emptyLanes.isToBeAsked(asking.agentId) ? undefined : 'none'
      const candidate = candidateOf(asking, proposal)
      taken.push(candidate)
      const claimed = deps.passedOver.has(proposal.id) ? undefined : await claimOne(deps, candidate, now, attempts)
      // Who held the entry has changed something that the lanes may not know yet.
      if (claimed === 'gone') return undefined
      if (claimed) {
        taken.pop()
        return claimed
      }
    }
    return undefined
  } finally {
    // Kept until now, so that none is proposed again meanwhile. If it cannot be, the reconciler does it in some seconds.
    await correct(deps, taken).catch((error: unknown) => deps.log.debug({ err: error }, 'proposals not put back'))
  }
}

/**
 * The same answer from Postgres alone. Agents who ask at the same moment pass over each other's rows; when others are
 * at all candidates, waiting for the first one tells whether it is really gone.
 */
async function claimFromPostgres(
  deps: Deps,
  asking: AskingAs,
  now: Date,
  attempts: Attempts,
): Promise<claims.Call | 'none'> {
  const candidates = await listCandidates(deps, asking, now, candidatesAtOnce)
  if (candidates.length === 0) return 'none'
  deps.emptyLanes.wereWrongFor(asking.agentId)
  const first = await claimFirst(deps, candidates, now)
  if (first instanceof Object) return first
  if (first === 'none' && attempts.isPatienceOver) return 'none'
  const claimed = await claimOne(deps, candidates[0]!, now, attempts)
  if (claimed && claimed !== 'gone') return claimed
  throw new TryAgain('others have taken what was there', { isProgress: true })
}

/** `failed` when one of them cannot be claimed: which one that is, shows when each is claimed alone. */
async function claimFirst(
  deps: Deps,
  candidates: claims.Candidate[],
  now: Date,
): Promise<claims.Call | 'none' | 'failed'> {
  try {
    return (await claims.claimFirst(deps.sql, candidates, now)) ?? 'none'
  } catch (error) {
    if (!isEntrysFault(error)) throw error
    deps.log.debug({ err: error }, 'no first entry could be claimed; each is tried alone')
    return 'failed'
  }
}

/** Claims one entry. Undefined when the agent may not have it any more, `gone` when that came out by waiting. */
async function claimOne(
  deps: Deps,
  candidate: claims.Candidate,
  now: Date,
  attempts: Attempts,
): Promise<claims.Call | 'gone' | undefined> {
  try {
    const [claimed] = await claims.claim(deps.sql, [candidate], now, 'pass-over')
    if (claimed) return claimed
    const standing = await claims.standingOf(deps.sql, candidate, now)
    if (standing === 'wrong') return passOver(deps, candidate, 'its user is unknown or its callback not open')
    if (standing) return (await claimWaiting(deps, candidate, now)) ?? 'gone'
    attempts.hasLost = true
    return undefined
  } catch (error) {
    if (!isEntrysFault(error)) throw error
    if (isLockTimeout(error)) attempts.isPatienceOver = true
    return passOver(deps, candidate, reasonOf(error))
  }
}

/** Another transaction has the entry: waits for it, but not long. Undefined when it, or the agent's session, is gone then. */
async function claimWaiting(deps: Deps, candidate: claims.Candidate, now: Date): Promise<claims.Call | undefined> {
  return deps.transact(async ({ sql }) => {
    // The agent's own, and so no fault of the entry's when that takes long.
    if (!(await lock.openSession(sql, candidate.agentId))) return undefined
    await setLockTimeout(sql, waitsMs)
    const [claimed] = await claims.claim(sql, [candidate], now, 'wait')
    await setLockTimeout(sql, null)
    return claimed
  })
}

/** Whether it must be the entry why a claim failed: not Postgres that is away, nor another transaction in the way. */
function isEntrysFault(error: unknown): boolean {
  return !isCollision(error) && !isDatabaseAway(error)
}

/** What was begun may be lost with the statement that failed, so the whole claim is tried again, without this entry. */
function passOver(deps: Deps, { entryId }: claims.Candidate, reason: string): never {
  deps.passedOver.add(entryId, reason)
  throw new TryAgain(`Queue entry ${entryId} cannot be claimed`, { isProgress: true })
}

export function claimedCallOf(call: claims.Call, resumed: boolean): ClaimedCall {
  return { ...nextCallOf(call), callSessionId: call.entry.callSessionId!, resumed }
}
