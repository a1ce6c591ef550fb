import { manualClock, type ManualClock } from '@ringback/core'
import { beforeEach, expect, test } from 'vitest'
import { reportCentre, type ReportCentre } from './report-centre.ts'

const noon = new Date('2026-03-02T12:00:00Z')
const inMinutes = (minutes: number) => new Date(noon.getTime() + minutes * 60_000)

let clock: ManualClock
let centre: ReportCentre
beforeEach(async () => {
  clock = manualClock(noon)
  centre = reportCentre(clock)
  for (const agentId of [1, 2]) {
    await centre.addAgent({ agentId, name: `Agent ${agentId}` })
    await centre.putSession(agentId, 'available')
  }
})

async function promise(minutes: number, preferredAgentId: number | null = null) {
  const wish = { userId: '7', scheduledFor: inMinutes(minutes), callbackReason: 'Asked', preferredAgentId }
  return (await centre.promise(wish)).id
}

async function minuteAt(minutes: number) {
  clock.set(inMinutes(minutes))
  await centre.runMinute()
}

const call = (agentId: number) => centre.claimNextCall(agentId)
const end = (callSessionId: string, agentId: number) =>
  centre.resolveCall({ callSessionId, durationSeconds: 60, agentId })

test.each([
  [3, 0],
  [4, 1],
  [6, 1],
  [7, 0],
  [0, 0],
  [-1, 1],
])('a callback that is due in %i minutes has %i entries inserted', async (minutes, entries) => {
  await promise(minutes)
  await minuteAt(0)
  expect(centre.entries()).toBe(entries)
})

test('it is for the preferred agent, else for the first who is available, and can be had at its time', async () => {
  const id = await promise(5, 2)
  await minuteAt(0)
  expect(await call(2)).toBeUndefined()
  clock.set(inMinutes(5))
  expect(await call(1)).toBeUndefined()
  const claimed = await call(2)
  expect(claimed).toMatchObject({ callbackId: id })
  await end(claimed!.callSessionId, 2)
  await centre.putSession(2, 'busy')

  const other = await promise(12, 2)
  await minuteAt(7)
  clock.set(inMinutes(12))
  expect(await call(1)).toMatchObject({ callbackId: other })
})

test('an entry stays with its agent, and what is overdue gets another one each minute, also while it is called', async () => {
  const id = await promise(5, 1)
  await minuteAt(0)
  await minuteAt(1)
  expect(centre.entries()).toBe(2)
  await centre.putSession(1, 'busy')
  clock.set(inMinutes(6))
  expect(await call(2)).toBeUndefined()
  await minuteAt(6)
  const first = await call(2)
  expect(first).toMatchObject({ callbackId: id })

  await centre.putSession(1, 'available')
  clock.advance(30_000)
  const second = await call(1)
  expect(second).toMatchObject({ callbackId: id })
  await end(second!.callSessionId, 1)
  await end(first!.callSessionId, 2)
  expect(await call(1)).toBeUndefined()
  expect(centre.audit()).toMatchObject({ called: 1, open: 0, doubled: 1, latenessSeconds: { max: 60 } })
})

test('accepting removes the entries of the customer and goes first', async () => {
  const accepted = await promise(-1, 1)
  await minuteAt(0)
  await centre.acceptWhatIsDue(1)
  const earlier = await promise(-3, 1)
  await minuteAt(1)
  expect(await call(1)).toMatchObject({ callbackId: accepted })
  expect(await call(1)).toMatchObject({ callbackId: earlier })
})

test('without anybody nothing is inserted, but for an agent who is preferred', async () => {
  for (const agentId of [1, 2]) await centre.putSession(agentId, 'busy')
  await promise(-1)
  await minuteAt(0)
  expect(centre.entries()).toBe(0)
  await promise(-1, 2)
  await minuteAt(1)
  expect(centre.entries()).toBe(1)
})

test('what was not called five minutes after its time is broken', async () => {
  await promise(-4)
  await promise(-6)
  const early = await promise(-1)
  await minuteAt(0)
  let claimed = await call(1)
  while (claimed && claimed.callbackId !== early) claimed = await call(1)
  await end(claimed!.callSessionId, 1)
  expect(centre.promiseFigures()).toMatchObject({
    kept: 1,
    late: 0,
    broken: 1,
    punctuality: 50,
    latenessSeconds: { p95: 60 },
  })
})
