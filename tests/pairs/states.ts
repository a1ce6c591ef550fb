import {
  blockSubject,
  closeSession,
  completeCall,
  deleteUser,
  putPolicy,
  putUser,
  recordOutcome,
  releaseClaim,
  takeOutClosed,
} from '@ringback/core'
import { ada, ben, customer, inMinutes, type Stage } from './cast.ts'
import {
  accept,
  callIn,
  claim,
  keepHours,
  open,
  promise,
  putHours,
  putOff,
  route,
  status,
  storePolicy,
  wait,
} from './stage.ts'

const minutesOfAWeek = 7 * 24 * 60

/**
 * The states in which two steps meet, each with the way there, which begins half an hour before. A new one is one entry
 * here; the steps that it has the cast for are tried in it by themselves.
 */
export const states: Record<string, (stage: Stage) => Promise<void>> = {
  'nothing promised': async (stage) => {
    await open(stage, { ada: 'available', ben: 'available' })
  },
  'due and in no queue': async (stage) => {
    await open(stage)
    await promise(stage)
  },
  'due and in no queue, waiting as an ordinary user': async (stage) => {
    await open(stage)
    await wait(stage)
    await promise(stage)
  },
  'due later': async (stage) => {
    await open(stage)
    await promise(stage, { at: 30 })
  },
  'queued with nobody': async (stage) => {
    await open(stage, { ada: 'away', ben: 'away' })
    await promise(stage)
    await route(stage, 'promise')
  },
  'queued with nobody, Ada logged out': async (stage) => {
    await open(stage, { ben: 'away' })
    await promise(stage)
    await route(stage, 'promise')
  },
  'two promises queued with nobody': async (stage) => {
    await open(stage, { ada: 'away', ben: 'away' })
    await promise(stage, { at: -1 })
    await promise(stage, { as: 'other' })
    await route(stage, 'promise', 'other')
  },
  'queued with Ada': async (stage) => {
    await open(stage, { ada: 'available', ben: 'available' })
    await promise(stage)
    await route(stage, 'promise')
  },
  'queued with Ada, for a time by the clock on the wall': async (stage) => {
    await open(stage, { ada: 'available', ben: 'available' })
    await promise(stage, { byClock: true })
    await route(stage, 'promise')
  },
  'queued with Ada, in the place of an ordinary user': async (stage) => {
    await open(stage)
    await wait(stage)
    await promise(stage)
    await route(stage, 'promise')
  },
  'queued with Ada, who is busy, overdue': async (stage) => {
    await open(stage, { ada: 'available', ben: 'away' })
    await promise(stage, { at: -4 })
    await route(stage, 'promise')
    await status(stage, ada, 'busy')
    await status(stage, ben, 'available')
  },
  'queued with Ada, who is away': async (stage) => {
    await open(stage, { ada: 'available', ben: 'available' })
    await promise(stage)
    await route(stage, 'promise')
    await status(stage, ada, 'away')
  },
  'accepted by Ada': async (stage) => {
    await open(stage, { ada: 'available', ben: 'available' })
    await promise(stage, { at: -1, agentId: null })
    await accept(stage, 'promise', ada)
  },
  'accepted by Ada, in the place of an ordinary user': async (stage) => {
    await open(stage)
    await wait(stage)
    await promise(stage, { at: -1, agentId: null })
    await accept(stage, 'promise', ada)
  },
  'claimed by Ada': async (stage) => {
    await open(stage, { ada: 'available', ben: 'available' })
    await promise(stage, { at: -6 })
    await route(stage, 'promise')
    await claim(stage)
  },
  'claimed by Ada, accepted before, in the place of an ordinary user': async (stage) => {
    await open(stage)
    await wait(stage)
    await promise(stage, { at: -6, agentId: null })
    await accept(stage, 'promise', ada)
    await claim(stage)
  },
  'claimed by Ada, the call ended without an outcome': async (stage) => {
    await open(stage)
    await promise(stage, { at: -6 })
    await route(stage, 'promise')
    await claim(stage)
    await completeCall(stage.deps, { callSessionId: stage.cast.call! })
  },
  'claimed by Ada, and another promise with nobody': async (stage) => {
    await open(stage)
    await promise(stage, { at: -6 })
    await route(stage, 'promise')
    await claim(stage)
    await promise(stage, { as: 'other', agentId: null })
    await route(stage, 'other')
  },
  'claimed by Ada and given back': async (stage) => {
    await open(stage, { ada: 'available', ben: 'available' })
    await promise(stage, { at: -6 })
    await route(stage, 'promise')
    await claim(stage)
    await releaseClaim(stage.deps, { queueEntryId: stage.cast.entry! })
  },
  'claimed by Ada, given back and put off, due again and in no queue': async (stage) => {
    await open(stage, { ada: 'available', ben: 'available' })
    await promise(stage, { at: -6 })
    await route(stage, 'promise')
    await claim(stage)
    await releaseClaim(stage.deps, { queueEntryId: stage.cast.entry! })
    await putOff(stage, 'promise', 0)
  },
  'claimed by Ada, who logged out; with nobody': async (stage) => {
    await open(stage)
    await promise(stage, { at: -6 })
    await route(stage, 'promise')
    await claim(stage)
    await closeSession(stage.deps, ada)
  },
  'claimed by Ada, who is silent and has another one': async (stage) => {
    await open(stage, { ada: 'available', ben: 'available' })
    await promise(stage, { at: -6 })
    await promise(stage, { as: 'other' })
    await route(stage, 'promise', 'other')
    await claim(stage)
    stage.cast.isSilent = true
  },
  'two promises due, one queued with Ada': async (stage) => {
    await open(stage)
    await promise(stage, { at: -1 })
    await promise(stage, { as: 'second' })
    await route(stage, 'promise')
  },
  'two promises due, none queued': async (stage) => {
    await open(stage)
    await promise(stage, { at: -1 })
    await promise(stage, { as: 'second', agentId: ben })
  },
  'due and in no queue, and one accepted by Ben for next week': async (stage) => {
    await open(stage, { ada: 'available', ben: 'available' })
    await promise(stage, { as: 'second', at: minutesOfAWeek, agentId: ben })
    await accept(stage, 'second', ben)
    await promise(stage)
  },
  'due, the customer deleted': async (stage) => {
    await open(stage)
    await promise(stage)
    await deleteUser(stage.deps, '1')
  },
  'claimed by Ada, to be tried again, and another promise of the customer': async (stage) => {
    await open(stage, { ada: 'available', ben: 'available' })
    await storePolicy(stage)
    await promise(stage, { at: -6 })
    await route(stage, 'promise')
    await claim(stage)
    await promise(stage, { as: 'second', at: 2 })
  },
  'queued with Ada, the customer in a call with Ben': async (stage) => {
    await open(stage, { ada: 'available', ben: 'busy' })
    await storePolicy(stage)
    await promise(stage, { at: -6 })
    await route(stage, 'promise')
    await callIn(stage)
  },
  'claimed by Ada, the customer in a call with Ben': async (stage) => {
    await open(stage, { ada: 'available', ben: 'busy' })
    await storePolicy(stage)
    await promise(stage, { at: -6 })
    await route(stage, 'promise')
    await claim(stage)
    stage.time.set(inMinutes(-4))
    await callIn(stage)
  },
  'claimed by Ada, the customer reached by Ben': async (stage) => {
    await open(stage, { ada: 'available', ben: 'busy' })
    await storePolicy(stage)
    await promise(stage, { at: -6 })
    await route(stage, 'promise')
    await claim(stage)
    stage.time.set(inMinutes(-4))
    await callIn(stage)
    await recordOutcome(stage.deps, { callSessionId: stage.cast.inbound!, outcomeType: 'resolved' })
  },
  'waiting for Ada, who is away': async (stage) => {
    await open(stage, { ada: 'away', ben: 'available' })
    await putPolicy(stage.deps, { queueType: 'outstanding_requests', document: { ownerWaitMinutes: 30 } })
    await promise(stage)
    await route(stage, 'promise')
  },
  'waiting for Ada, who is away, and Ben told of it': async (stage) => {
    await open(stage, { ada: 'away', ben: 'available' })
    await putPolicy(stage.deps, { queueType: 'outstanding_requests', document: { ownerWaitMinutes: 3 } })
    await promise(stage)
    stage.time.set(inMinutes(-1))
    await route(stage, 'promise')
  },
  'claimed by Ada, the customer on the do-not-call list': async (stage) => {
    await open(stage, { ada: 'available', ben: 'available' })
    await promise(stage, { at: -6 })
    await route(stage, 'promise')
    await claim(stage)
    await blockSubject(stage.deps, { subject: `user:${customer}`, reason: 'asked' })
  },
  'a number on the do-not-call list that the customer had': async (stage) => {
    await open(stage, { ada: 'available', ben: 'available' })
    await putUser(stage.deps, { userId: customer, name: 'Customer', phone: '+1 202 555 0102' })
    await blockSubject(stage.deps, { subject: '+12025550101', reason: 'asked' })
    await promise(stage)
  },
  'queued with Ada, and the number on the do-not-call list that nobody has kept': async (stage) => {
    await open(stage, { ada: 'available', ben: 'available' })
    await promise(stage)
    await route(stage, 'promise')
    await stage.sql`update users set phone_e164 = null where id = ${customer}`
    stage.cast.hasUnkeptNumber = true
    await blockSubject(stage.deps, { subject: '+12025550100', reason: 'asked' })
  },
  'queued with Ada, the hours over': async (stage) => {
    await open(stage, { ada: 'available', ben: 'available' })
    await keepHours(stage, '10:00')
    await promise(stage, { at: -4 })
    await route(stage, 'promise')
  },
  'queued with Ada, in the place of an ordinary user, the hours over': async (stage) => {
    await open(stage, { ada: 'available', ben: 'available' })
    await keepHours(stage, '10:00')
    await wait(stage, 'outstanding_requests')
    await promise(stage, { at: -4 })
    await promise(stage, { as: 'second', at: -3, agentId: null })
    await route(stage, 'promise')
  },
  'queued with Ada, within hours that go on': async (stage) => {
    await open(stage, { ada: 'available', ben: 'available' })
    await keepHours(stage, '11:00')
    await promise(stage)
    await route(stage, 'promise')
  },
  'queued with Ada, the hours shorter by now': async (stage) => {
    await open(stage, { ada: 'available', ben: 'available' })
    await keepHours(stage, '11:00')
    await promise(stage)
    await route(stage, 'promise')
    stage.time.set(inMinutes(-1))
    await putHours(stage, '09:58')
  },
  'accepted by Ada, the hours over': async (stage) => {
    await open(stage, { ada: 'available', ben: 'available' })
    await keepHours(stage, '10:00')
    await promise(stage, { at: -1, agentId: null })
    await accept(stage, 'promise', ada)
  },
  'claimed by Ada, the hours over': async (stage) => {
    await open(stage, { ada: 'available', ben: 'available' })
    await keepHours(stage, '10:00')
    await promise(stage, { at: -6 })
    await route(stage, 'promise')
    await claim(stage)
  },
  'waiting for the next opening': async (stage) => {
    await open(stage, { ada: 'available', ben: 'available' })
    await keepHours(stage, '09:57')
    await promise(stage, { at: -4 })
    await route(stage, 'promise')
    stage.time.set(inMinutes(-2))
    await takeOutClosed(stage.deps)
  },
  'waiting for the next opening, the hours longer by now': async (stage) => {
    await open(stage, { ada: 'available', ben: 'available' })
    await keepHours(stage, '09:57')
    await promise(stage, { at: -4 })
    await route(stage, 'promise')
    stage.time.set(inMinutes(-2))
    await takeOutClosed(stage.deps)
    stage.time.set(inMinutes(-1))
    await putHours(stage, '11:00')
  },
  'waiting as an ordinary user': async (stage) => {
    await open(stage, { ada: 'available', ben: 'available' })
    await wait(stage)
  },
  'claimed by Ada as an ordinary user': async (stage) => {
    await open(stage, { ada: 'available', ben: 'available' })
    await wait(stage)
    stage.time.set(inMinutes(-4))
    await claim(stage)
  },
}
