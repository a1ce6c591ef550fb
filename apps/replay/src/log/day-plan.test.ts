import { expect, test } from 'vitest'
import { daysOf, planDay } from './day-plan.ts'
import type { CallRecord, Stage } from './format.ts'

const nothing: Stage = { startsAt: 0, endsAt: 0, seconds: 0 }
const nine = 9 * 3_600
const stage = (from: number, seconds: number): Stage => ({
  startsAt: nine + from,
  endsAt: nine + from + seconds,
  seconds,
})

function record(fields: Partial<CallRecord> = {}): CallRecord {
  return {
    line: 2,
    customerId: '42',
    isRequestedCallback: false,
    day: '1999-02-03',
    machine: stage(0, 10),
    queue: nothing,
    service: stage(10, 120),
    outcome: 'AGENT',
    server: 'ANAT',
    ...fields,
  }
}
const waited = { queue: stage(10, 40), service: nothing, outcome: 'HANG', server: null } as const
const plan = (...records: CallRecord[]) => planDay(records, '1999-02-03')
const nineOClock = (seconds: number) => new Date(Date.parse('1999-02-03T07:00:00Z') + seconds * 1_000)

test('a served call ends with its service', () => {
  expect(plan(record()).calls).toEqual([
    {
      userId: '42',
      startsAt: nineOClock(0),
      endsAt: nineOClock(130),
      durationSeconds: 130,
      waitedSeconds: 0,
      service: { agentId: 1, startsAt: nineOClock(10) },
    },
  ])
})

test('a caller who gave up has waited, and was served by nobody, whatever the record says of a service', () => {
  const [call] = plan(record({ ...waited, service: stage(60, 5) })).calls
  expect(call).toMatchObject({ endsAt: nineOClock(50), waitedSeconds: 40, service: null })
})

test('a served call without times of service takes no time of its agent', () => {
  const [call] = plan(record({ service: nothing, queue: stage(10, 40) })).calls
  expect(call).toMatchObject({ endsAt: nineOClock(50), service: { agentId: 1, startsAt: nineOClock(50) } })
})

test('a record whose times go back never ends before it starts', () => {
  const [call] = plan(
    record({ ...waited, queue: nothing, machine: { ...stage(0, 0), endsAt: nine - 60, seconds: -60 } }),
  ).calls
  expect(call).toMatchObject({ endsAt: nineOClock(0), durationSeconds: 0 })
})

test('a callback that was asked for is promised half an hour before, and is no inbound call', () => {
  const { calls, requests } = plan(record({ isRequestedCallback: true }))
  expect(calls).toEqual([])
  expect(requests).toEqual([
    { userId: '42', promisedAt: nineOClock(-1_800), dueAt: nineOClock(0), preferredAgentId: 1 },
  ])
})

test('customers whom the log does not know are one each, all others are the same in every call', () => {
  const unknown = { customerId: '0' }
  const { userIds } = plan(record(), record(), record({ ...unknown, line: 7 }), record({ ...unknown, line: 8 }))
  expect(userIds).toEqual(['42', '1000000000000000007', '1000000000000000008'])
})

test('agents have one number in the whole log and are there from their first call to the end of their last', () => {
  const other = record({ day: '1999-02-04', server: 'AVNI' })
  const last = record({ server: 'BOAZ', service: stage(600, 60), isRequestedCallback: true })
  expect(plan(other, record({ server: 'BOAZ' }), last).agents).toEqual([
    { agentId: 2, name: 'BOAZ', firstCallAt: nineOClock(10), lastCallEndsAt: nineOClock(660) },
  ])
})

test('phantoms are not there: not their calls, not their days', () => {
  const phantom = record({ outcome: 'PHANTOM', day: '1999-02-04' })
  expect(daysOf([phantom, record()])).toEqual(['1999-02-03'])
  expect(plan(record(), record({ outcome: 'PHANTOM' })).calls).toHaveLength(1)
})

test('the day is as long as what the log tells of it, promises included', () => {
  const asked = record({ isRequestedCallback: true })
  expect(plan(asked, record(waited))).toMatchObject({ opensAt: nineOClock(-1_800), closesAt: nineOClock(50) })
})

test('talk times are those of the calls that were served', () => {
  expect(plan(record({ service: stage(10, 300) }), record(), record(waited)).talkSeconds).toEqual([120, 300])
})
