import { claimNextCall, recordOutcome, snoozeCallback } from '@ringback/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openTestApi, type TestApi } from '../testing/api.ts'
import { tokenOf } from '../testing/tokens.ts'

let api: TestApi
beforeEach(async () => {
  api = await openTestApi()
})
afterEach(() => api.close())

const day = 'from=2026-03-02T00:00:00Z&to=2026-03-03T00:00:00Z'

/** The records of a CSV, by the names of its columns. */
function read(csv: string): Record<string, string>[] {
  const cell = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/gy
  const lines: string[][] = [[]]
  for (const [, written, end] of csv.matchAll(cell)) {
    lines.at(-1)!.push(written!.startsWith('"') ? written!.slice(1, -1).replaceAll('""', '"') : written!)
    if (end !== ',') lines.push([])
  }
  const [names, ...records] = lines.slice(0, -1)
  return records.map((cells) => Object.fromEntries(names!.map((name, index) => [name, cells[index]!])))
}

/** One that was kept, one that was put off and then called late, one that is still to be called. */
async function threePromises() {
  const { engine } = api
  const agentId = await engine.addAgent('available')
  const call = async (id: string) => {
    await engine.route(id)
    const { callSessionId } = (await claimNextCall(engine.deps, { agentId }))!
    await recordOutcome(engine.deps, { callSessionId, outcomeType: 'resolved' })
  }
  const kept = await engine.addCallback({ callbackReason: '=HYPERLINK("http://example.org", "yes")' })
  await call(kept.id)
  engine.time.advance(1_000)
  const late = await engine.addCallback({ callbackReason: 'two\nlines, "quoted"' })
  await snoozeCallback(engine.deps, { callbackId: late.id, agentId, minutes: 20 })
  engine.time.advance(20 * 60_000)
  await call(late.id)
  const open = await engine.addCallback({ inMinutes: 60 })
  return { agentId, kept, late, open }
}

describe('GET /api/reports/promises', () => {
  test('tells how the promises of a window were kept, by day unless it says otherwise', async () => {
    await threePromises()
    const { status, body } = await api.service.get(`/api/reports/promises?${day}`)
    const figures = {
      promised: 3,
      kept: 1,
      early: 0,
      late: 1,
      broken: 0,
      open: 1,
      cancelled: 0,
      reachedInbound: 0,
      punctuality: 50,
      latenessSeconds: { p50: 0, p90: 1_200, p95: 1_200 },
      attemptsPerPromise: 1,
      reachedRate: 100,
    }
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        window: { from: '2026-03-02T00:00:00.000Z', to: '2026-03-03T00:00:00.000Z', timeZone: 'UTC' },
        total: figures,
        groups: [{ key: '2026-03-02', ...figures }],
      },
    })
  })

  test('tells of one queue or one agent alone, and so does the CSV', async () => {
    const { agentId } = await threePromises()
    for (const [only, promised] of [
      [`agentId=${agentId}`, 2],
      ['agentId=999', 0],
      ['queueType=outstanding_requests', 3],
      ['queueType=unsigned_users', 0],
      [`queueType=outstanding_requests&agentId=${agentId}`, 2],
    ] as const) {
      const { body } = await api.service.get(`/api/reports/promises?${day}&${only}`)
      const { text } = await api.service.get(`/api/reports/promises.csv?${day}&${only}`)
      const counted = { only, figures: promised, lines: promised }
      expect({ only, figures: body.total.promised, lines: read(text).length }).toEqual(counted)
    }
  })

  test.each([
    [`${day}&agentId=everybody`, 'must be a whole number'],
    [`${day}&queueType=No+queue`, 'must be the name of a queue'],
    ['from=2026-03-02T00:00:00Z&to=2026-03-02T00:00:00Z', 'must be after from'],
    ['from=2026-03-01T00:00:00Z&to=2026-06-01T01:00:01Z', 'must be at most 92 days after from'],
    [`${day}&timeZone=Mars/Phobos`, 'must be an IANA time zone like Europe/Berlin'],
    [`${day}&timeZone=%2B02:00`, 'must be an IANA time zone like Europe/Berlin'],
    [`${day}&groupBy=user`, 'Invalid option'],
    ['to=2026-03-02T00:00:00Z', 'querystring.from'],
  ])('refuses ?%s', async (query, message) => {
    for (const route of ['promises', 'promises.csv']) {
      const { status, body } = await api.service.get(`/api/reports/${route}?${query}`)
      expect({ status, code: body.code }).toEqual({ status: 400, code: 'invalid-request' })
      expect(JSON.stringify(body.errors)).toContain(message)
    }
  })

  test('takes a quarter in which the clocks are set back', async () => {
    const quarter = 'from=2026-08-31T22:00:00Z&to=2026-12-01T23:00:00Z&timeZone=Europe/Berlin'
    expect(await api.service.get(`/api/reports/promises?${quarter}`)).toMatchObject({ status: 200 })
  })
})

describe('GET /api/reports/promises.csv', () => {
  test('has a line for each promise, and says what the figures say', async () => {
    const { agentId, kept, late, open } = await threePromises()
    const { status, headers, text } = await api.service.get(`/api/reports/promises.csv?${day}&groupBy=result`)
    expect(status).toBe(200)
    expect(headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="promises.csv"',
      'cache-control': 'no-store',
    })
    const records = read(text)
    expect(records).toMatchObject([
      {
        callbackId: kept.id,
        key: 'reached',
        queueType: 'outstanding_requests',
        verdict: 'kept',
        attempts: '1',
        latenessSeconds: '0',
        firstCalledBy: String(agentId),
        callbackReason: `'=HYPERLINK("http://example.org", "yes")`,
      },
      {
        callbackId: late.id,
        promisedFor: late.scheduledFor.toISOString(),
        scheduledFor: api.engine.time.now().toISOString(),
        verdict: 'late',
        latenessSeconds: '1200',
        callbackReason: 'two\nlines, "quoted"',
      },
      { callbackId: open.id, key: '', verdict: 'open', status: 'pending', firstCalledAt: '', latenessSeconds: '' },
    ])
    const { body } = await api.service.get(`/api/reports/promises?${day}&groupBy=result`)
    for (const group of body.groups) {
      const ofGroup = records.filter(({ key }) => key === (group.key ?? ''))
      expect(ofGroup).toHaveLength(group.promised)
      expect(ofGroup.filter(({ verdict }) => verdict === 'kept')).toHaveLength(group.kept)
    }
  })

  test('is read from Postgres no faster than it is taken', async () => {
    const { owner, time } = api.engine
    const count = 40_000
    // They are not to be searched, nor told of.
    await api.engine.breakRows(
      (tx) => tx`
        insert into callbacks (user_id, scheduled_for, callback_reason, created_at, updated_at)
        select n, ${time.now()}, repeat('x', 1000), now(), now() from generate_series(1, ${count}::int) n`,
    )
    const url = await api.app.listen({ port: 0, host: '127.0.0.1' })
    const authorization = `Bearer ${await tokenOf.service()}`
    const answer = await fetch(`${url}/api/reports/promises.csv?${day}`, { headers: { authorization } })
    // What lies in the buffers of both ends is a part of forty megabytes.
    await owner`delete from callbacks`
    const lines = (await answer.text()).split('\r\n').length
    expect(lines).toBeGreaterThan(1_000)
    expect(lines).toBeLessThan(count)
  })
})
