import {
  acceptCallback,
  answerOnce,
  blockSubject,
  cancelCallback,
  claimNextCall,
  closeSession,
  completeCall,
  deleteCalendar,
  deleteQueue,
  deleteUser,
  fillPhoneNumbers,
  followWallClock,
  hearOfCall,
  momentOfLocalTime,
  noteRoutingFailure,
  planAnew,
  putAgent,
  putCalendar,
  putPolicy,
  putQueue,
  putQueueUser,
  putSession,
  putUser,
  putUsers,
  reassignCallback,
  recordOutcome,
  releaseClaim,
  removeQueueUser,
  rescheduleCallback,
  routeGroup,
  rowAuditor,
  scheduleCallback,
  scheduleCallbacks,
  snoozeCallback,
  startCall,
  sweepLostAgents,
  takeOutClosed,
  tick,
  unblockSubject,
  updateCallback,
  type Deps,
  type TzData,
} from '@ringback/core'
import { claimTogether } from '@ringback/testing'
import {
  ada,
  addSeconds,
  ben,
  customer,
  hoursUntil,
  inMinutes,
  policy,
  policyWithHours,
  somebodyElse,
  somebodyLoggedOut,
  type Cast,
} from './cast.ts'
import type { Actor } from './world/place.ts'

type Needs = readonly (keyof Cast)[]

/** Something that writes. Its result is its answer. */
export interface Step extends Acting {
  name: string
}

interface Acting {
  /** Tried only in states that have these. */
  needs: Needs
  run: (actor: Actor, cast: Required<Cast>) => Promise<unknown>
  /** Why it is several transactions, between which the other step may come. Left out, it must look like one. */
  inParts?: string
  /** Why it takes what no other step has at that moment, rather than wait. Left out, it waits. */
  passesOver?: string
}

/** A step that is nothing but a function of core. */
function step(needs: Needs, run: (deps: Deps, cast: Required<Cast>) => Promise<unknown>): Acting {
  return { needs, run: ({ deps }, cast) => run(deps, cast) }
}

function askedByItself(agentId: number) {
  return { agentId, actor: { role: 'agent', agentId } } as const
}

/** A step that takes an entry of whoever comes first. */
function taking(why: string, acting: Acting): Acting {
  return { ...acting, passesOver: why }
}

const nobodyWaitsForOthers = 'a claim passes over an entry that another transaction has, and takes the next'
const ticksGiveTheRest = 'whoever becomes available passes over an entry that another transaction has; a tick gives it'

/** The call that is reported by an agent as well. */
const customersCall = { externalCallId: 'CA1', direction: 'inbound', phone: '+12025550100' } as const

/** What a client may send with an Idempotency-Key. */
const posted: Record<string, Acting> = {
  schedule: step([], (deps) =>
    scheduleCallback(deps, { userId: customer, scheduledFor: inMinutes(1), callbackReason: 'asked' }),
  ),
  'schedule many': step([], async (deps) => {
    // Each at a time of its own: of promises of the same time the first one is that with the lower id, which is made by chance.
    const results = await scheduleCallbacks(deps, [
      { userId: customer, scheduledFor: inMinutes(1.5), externalId: 'ticket' },
      { userId: customer, scheduledFor: inMinutes(2), preferredAgentId: ben },
      { userId: somebodyElse, scheduledFor: inMinutes(1.75) },
    ])
    return results.map((result) => (result instanceof Error ? result.message : result))
  }),
  accept: step(['promise'], (deps, { promise }) => acceptCallback(deps, { callbackId: promise, agentId: ada })),
  snooze: step(['promise'], (deps, { promise }) =>
    snoozeCallback(deps, { callbackId: promise, agentId: ada, minutes: 10 }),
  ),
  reschedule: step(['promise'], (deps, { promise }) =>
    rescheduleCallback(deps, { callbackId: promise, scheduledFor: inMinutes(2), preferredAgentId: ben }),
  ),
  cancel: step(['promise'], (deps, { promise }) => cancelCallback(deps, { callbackId: promise, reason: 'asked' })),
  reassign: {
    ...step(['promise'], (deps, { promise }) => reassignCallback(deps, { callbackId: promise, agentId: ben })),
    inParts: 'it is given to that agent first; then it is routed again, as a tick would do it',
  },
  claim: taking(
    nobodyWaitsForOthers,
    step([], (deps) => claimNextCall(deps, { agentId: ada })),
  ),
  'release by the agent': step(['entry'], (deps, { entry }) =>
    releaseClaim(deps, { queueEntryId: entry, agentId: ada }),
  ),
  'release by a service': step(['entry'], (deps, { entry }) => releaseClaim(deps, { queueEntryId: entry })),
  outcome: step(['call'], (deps, { call }) =>
    recordOutcome(deps, { callSessionId: call, outcomeType: 'resolved', notes: 'said' }),
  ),
  'outcome and next callback': step(['call'], (deps, { call }) =>
    recordOutcome(deps, {
      callSessionId: call,
      outcomeType: 'callback_requested',
      nextCallback: { scheduledFor: inMinutes(3) },
    }),
  ),
  'outcome, nobody answered': step(['call'], (deps, { call }) =>
    recordOutcome(deps, { callSessionId: call, outcomeType: 'no_answer' }),
  ),
  'complete the call': step(['call'], (deps, { call }) => completeCall(deps, { callSessionId: call })),
  'telephony, nobody answered': step(['call'], (deps, { call }) =>
    hearOfCall(deps, { callSessionId: call, externalCallId: 'CA2', status: 'no_answer', sequence: 2 }),
  ),
  'inbound call': step([], (deps) =>
    startCall(deps, { userId: customer, agentId: ada, direction: 'inbound', twilioCallSid: 'CA1' }),
  ),
}

/** Of a year in which the clocks of all zones are an hour behind what they were. */
const anHourLater: TzData = {
  version: '9999a',
  momentOfLocalTime(local, timeZone) {
    const { at, timeAdjusted } = momentOfLocalTime(local, timeZone)
    return { at: addSeconds(at, 3_600), timeAdjusted }
  },
}

const routesWhatWaits = 'the agent is there first; then what waits for it alone is routed, as a tick would do it'
const routesAfterwards = 'the agent is gone first; then its callbacks are routed again, as a tick would do it'

/** Everything else that writes. */
const others: Record<string, Acting> = {
  'accept by Ben': step(['promise'], (deps, { promise }) =>
    acceptCallback(deps, { callbackId: promise, agentId: ben }),
  ),
  // An agent's word alone: not beside another inbound call.
  'inbound call, reported by the agent': step([], (deps) =>
    startCall(deps, { userId: customer, agentId: ada, direction: 'inbound', askedBy: ada }),
  ),
  // What an agent asks for itself depends on whose the promise is at that moment.
  'accept, asked by Ben': step(['promise'], (deps, { promise }) =>
    acceptCallback(deps, { callbackId: promise, agentId: ben, askedBy: ben }),
  ),
  'cancel, asked by Ben': step(['promise'], (deps, { promise }) =>
    cancelCallback(deps, { callbackId: promise, agentId: ben }),
  ),
  'accept the second': step(['second'], (deps, { second }) =>
    acceptCallback(deps, { callbackId: second, agentId: ben }),
  ),
  'cancel the second': step(['second'], (deps, { second }) => cancelCallback(deps, { callbackId: second })),
  route: step(['promise'], (deps, { promise }) => routeOf(deps, promise)),
  'route the second': step(['second'], (deps, { second }) => routeOf(deps, second)),
  'route both': step(['second'], (deps, { promise, second }) => routeOf(deps, promise, second)),
  'note a routing failure': step(['promise'], (deps, { promise }) =>
    noteRoutingFailure(deps, { callbackId: promise, runId: null, reason: 'tried' }),
  ),
  'follow newer time zone data': step(['promise'], (deps, { promise }) =>
    followWallClock({ ...deps, tzData: anHourLater }, promise),
  ),
  tick: {
    ...step([], async (deps) => void (await tick(deps, { trigger: 'manual' }))),
    inParts: 'it reads what is due page by page, and each group of callbacks is routed by itself',
  },
  'claim by Ben': taking(
    nobodyWaitsForOthers,
    step([], (deps) => claimNextCall(deps, { agentId: ben })),
  ),
  'claims together': taking(
    nobodyWaitsForOthers,
    step([], (deps) => claimTogether(deps, [ada, somebodyLoggedOut].map(askedByItself))),
  ),
  'claim without lanes': taking(nobodyWaitsForOthers, {
    needs: [],
    run: ({ withoutLanes }) => claimNextCall(withoutLanes, { agentId: ada }),
  }),
  'become available': taking(ticksGiveTheRest, {
    ...step([], (deps) => putSession(deps, { agentId: ada, status: 'available' })),
    inParts: routesWhatWaits,
  }),
  'Ben becomes available': taking(ticksGiveTheRest, {
    ...step([], (deps) => putSession(deps, { agentId: ben, status: 'available' })),
    inParts: routesWhatWaits,
  }),
  'become busy': {
    ...step([], (deps) => putSession(deps, { agentId: ada, status: 'busy' })),
    inParts: routesWhatWaits,
  },
  'go away': step([], (deps) => putSession(deps, { agentId: ada, status: 'away' })),
  'log out': { ...step([], (deps) => closeSession(deps, ada)), inParts: routesAfterwards },
  sweep: { ...step(['isSilent'], (deps) => sweepLostAgents(deps)), inParts: routesAfterwards },
  'deactivate the agent': {
    ...step([], (deps) => putAgent(deps, { agentId: ada, firstName: 'Ada', lastName: 'Archer', isActive: false })),
    inParts: routesAfterwards,
  },
  update: step(['promise'], (deps, { promise }) =>
    updateCallback(deps, { callbackId: promise, callbackReason: 'another', metadata: { said: 'so' } }),
  ),
  'update, for Ben': {
    ...step(['promise'], (deps, { promise }) =>
      updateCallback(deps, { callbackId: promise, preferredAgentId: ben, callbackReason: 'another' }),
    ),
    inParts: 'it is given to that agent first; then it is routed again, as a tick would do it',
  },
  'put into the queue': step([], (deps) =>
    putQueueUser(deps, { userId: customer, queueType: 'unsigned_users', priorityScore: 1 }),
  ),
  'put into the other queue': step([], (deps) =>
    putQueueUser(deps, { userId: customer, queueType: 'outstanding_requests', priorityScore: 2 }),
  ),
  'take out of the queue': step([], (deps) => removeQueueUser(deps, { userId: customer, queueType: 'unsigned_users' })),
  'schedule for a queue': step([], (deps) =>
    scheduleCallback(deps, { userId: customer, scheduledFor: inMinutes(1), queueType: 'unsigned_users' }),
  ),
  'name the queue': step([], (deps) => putQueue(deps, { queueType: 'unsigned_users', name: 'Another name' })),
  'delete the queue': step([], (deps) => deleteQueue(deps, 'unsigned_users')),
  'serve one queue': {
    ...step([], (deps) => putAgent(deps, { agentId: ada, firstName: 'Ada', queueTypes: ['unsigned_users'] })),
    inParts: 'the agent serves less first; then its callbacks are routed again, as a tick would do it',
  },
  'serve the other queue': {
    ...step([], (deps) => putAgent(deps, { agentId: ada, firstName: 'Ada', queueTypes: ['outstanding_requests'] })),
    inParts: 'the agent serves less first; then its callbacks are routed again, as a tick would do it',
  },
  'put on the do-not-call list': step([], (deps) =>
    blockSubject(deps, { subject: `user:${customer}`, reason: 'asked' }),
  ),
  'put the number on the do-not-call list': step([], (deps) =>
    blockSubject(deps, { subject: '+12025550100', reason: 'asked' }),
  ),
  'take off the do-not-call list': step([], (deps) => unblockSubject(deps, `user:${customer}`)),
  'outcome, do not call': step(['call'], (deps, { call }) =>
    recordOutcome(deps, { callSessionId: call, outcomeType: 'do_not_call' }),
  ),
  'telephony, the call rings': step(['call'], (deps, { call }) =>
    hearOfCall(deps, { callSessionId: call, externalCallId: 'CA2', status: 'ringing', sequence: 1 }),
  ),
  'telephony, the call is over': step(['call'], (deps, { call }) =>
    hearOfCall(deps, { callSessionId: call, externalCallId: 'CA2', status: 'completed', sequence: 2 }),
  ),
  'telephony, the customer calls': step([], (deps) => hearOfCall(deps, { ...customersCall, status: 'in_progress' })),
  'telephony, the customer hangs up': step([], (deps) => hearOfCall(deps, { ...customersCall, status: 'completed' })),
  'outcome of the inbound call': step(['inbound'], (deps, { inbound }) =>
    recordOutcome(deps, { callSessionId: inbound, outcomeType: 'resolved' }),
  ),
  'put a policy': step([], (deps) => putPolicy(deps, { queueType: 'outstanding_requests', document: policy })),
  'put a policy with hours': step(['calendar'], (deps) =>
    putPolicy(deps, { queueType: 'outstanding_requests', document: policyWithHours }),
  ),
  'put hours that are over': step(['calendar'], (deps, { calendar: id }) =>
    putCalendar(deps, { id, document: hoursUntil('10:00') }),
  ),
  'put hours that go on': step(['calendar'], (deps, { calendar: id }) =>
    putCalendar(deps, { id, document: hoursUntil('12:00') }),
  ),
  'delete the calendar': step(['calendar'], (deps, { calendar }) => deleteCalendar(deps, calendar)),
  'schedule for the next opening': step(['calendar'], (deps) =>
    scheduleCallback(deps, { userId: customer, scheduledFor: inMinutes(1), whenClosed: 'next-opening' }),
  ),
  'reschedule to the next opening': step(['calendar', 'promise'], (deps, { promise }) =>
    rescheduleCallback(deps, { callbackId: promise, scheduledFor: inMinutes(2), whenClosed: 'next-opening' }),
  ),
  'take out what is closed': {
    // What it says is how many it has looked at, which others may have changed since.
    ...step(['calendar'], async (deps) => void (await takeOutClosed(deps))),
    inParts: 'it reads page by page what is over, and has it routed, as a tick would',
  },
  'plan anew': {
    ...step(['calendar'], async (deps) => void (await planAnew(deps))),
    inParts: 'it reads which hours have changed, and plans page by page; another pass does what was not done',
    passesOver: 'what waits for an opening and another transaction has is planned by the next pass',
  },
  'fill in phone numbers': {
    ...step(['hasUnkeptNumber'], (deps) => fillPhoneNumbers(deps)),
    inParts: 'it fills them in page by page, and remembers how far it has come',
  },
  'put another number': step([], (deps) =>
    putUser(deps, { userId: customer, name: 'Customer', phone: '+1 202 555 0101' }),
  ),
  'put the user and another one': step([], async (deps) => {
    const results = await putUsers(deps, [
      { userId: somebodyElse, name: 'Somebody else', phone: '+1 202 555 0102' },
      { userId: customer, name: 'Customer', phone: '+1 202 555 0101', externalId: 'known' },
    ])
    return results.map((result) => (result instanceof Error ? result.message : result))
  }),
  'put the user': step([], (deps) => putUser(deps, { userId: customer, name: 'Customer', phone: null })),
  'delete the user': step([], (deps) => deleteUser(deps, customer)),
  'audit the rows': step([], (deps) => rowAuditor()(deps)),
  reconcile: { needs: [], run: async (actor) => void (await actor.reconcile()) },
}

async function routeOf(deps: Deps, ...callbackIds: string[]): Promise<unknown> {
  const results = await routeGroup(
    deps,
    callbackIds.map((callbackId) => ({ callbackId, runId: null })),
  )
  return results.map((result) => (result instanceof Error ? result.message : result))
}

/** The same request under an Idempotency-Key. Sent twice at once, it is one request that was tried again. */
function underKey(name: string, { needs, run, passesOver, inParts }: Acting): Acting {
  return {
    needs,
    ...(passesOver === undefined ? {} : { passesOver }),
    ...(inParts === undefined ? {} : { inParts }),
    run: async (actor, cast) => {
      const request = { subject: 'pairs', key: name, fingerprint: name }
      const answer = await answerOnce(actor.deps, request, async (deps) => ({
        status: 200,
        body: JSON.stringify((await run({ ...actor, deps }, cast)) ?? null),
      }))
      return JSON.parse(answer.body)
    },
  }
}

const suffix = ', keyed'
const keyed = Object.entries(posted).map(([name, acting]) => [name + suffix, underKey(name, acting)] as const)

/** All steps. A new one is one entry in the tables above. */
export const steps: Step[] = [...Object.entries(posted), ...Object.entries(others), ...keyed].map(([name, acting]) =>
  Object.assign(acting, { name }),
)

/** Whether a state has what a step needs. */
export function isPossible({ needs }: Acting, cast: Cast): boolean {
  return needs.every((need) => cast[need] !== undefined)
}

export function isKeyed({ name }: Step): boolean {
  return name.endsWith(suffix)
}
