import process from 'node:process'
import { randomFrom } from '@ringback/testing/random'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestApi, type TestApi } from '../../apps/api/src/testing/api.ts'
import { tokenOf } from '../../apps/api/src/testing/tokens.ts'
import { answerChecker, type Operation, operationsOf, type RawAnswer } from './document.ts'
import { canary } from './hostile.ts'
import { listKnown, populate } from './population.ts'
import { type FuzzedRequest, fuzzedRequest } from './requests.ts'
import { auditWrites } from './write-audit.ts'

const seed = Number(process.env['RINGBACK_FUZZ_SEED'] ?? Math.trunc(Math.random() * 2 ** 31))
const requestCount = Number(process.env['RINGBACK_FUZZ_REQUESTS'] ?? 8_000)
const requestsPerLook = 250
/** How often a route is asked that has not answered, or not refused, by chance. */
const mostTries = 2_000
/** They take whatever comes. */
const needNothing = new Set(['getHealth', 'getReadiness'])
const problemsShown = 10
/** What happens inside: stack traces, statements, the names of libraries' errors. */
const insides =
  /\bat .*\.[cm]?[jt]s:\d+|node_modules|\b(?:select|insert into|update|delete from) [\w"*]+ (?:from|set|where|values|\()|PostgresError|ZodError|TypeError/i

let api: TestApi
let authorization: string
let operations: Operation[]
let countWrites: () => Promise<string>
const problems: object[] = []

beforeAll(async () => {
  api = await openTestApi({ RATE_LIMIT_PER_MINUTE: '0' })
  // No worker runs here: callbacks are routed at once, as they are when Redis is away.
  api.engine.deps.routing.add = async () => {
    throw new Error('there is no worker')
  }
  authorization = `Bearer ${await tokenOf.supervisor()}`
  operations = operationsOf((await api.supervisor.get('/openapi.json')).body)
  await populate(api)
  countWrites = await auditWrites(api.engine)
})
afterAll(() => api.close())

async function send({ method, url, headers, payload }: FuzzedRequest): Promise<RawAnswer> {
  const response = await api.app.inject({
    method,
    url,
    headers: { ...headers, authorization },
    ...(payload !== undefined && { payload }),
  })
  return { status: response.statusCode, contentType: response.headers['content-type'], text: response.body }
}

test(`no request breaks the API, or stores anything when it is refused (RINGBACK_FUZZ_SEED=${seed})`, async () => {
  const random = randomFrom(seed)
  const problemOf = answerChecker()
  const seen = new Set<string>()
  const note = ({ operationId }: Operation, { status }: RawAnswer) =>
    seen.add(`${operationId} ${status < 400 ? 'answers' : 'refuses'}`)
  let known = await listKnown(api)
  let writes = await countWrites()

  for (let sent = 0; sent < requestCount && problems.length < problemsShown; sent++) {
    const operation = operations[sent % operations.length]!
    const request = fuzzedRequest(operation, known, random)
    const answer = await send(request)
    api.engine.time.advance(1) // So that what is newer is made later.
    const { status, text } = answer
    note(operation, answer)
    const report = (problem: string) =>
      problems.push({ problem, request: shortened(request), status, answer: text.slice(0, 300) })

    const writesBefore = writes
    writes = await countWrites()
    if (status >= 500) report('failed')
    if (status >= 400 && writes !== writesBefore) report('stored something and refused')
    if (status >= 400 && (text.includes(canary) || insides.test(text))) report('tells what it should not')
    if (request.twists.length === 0 && status === 400) report('refused what its schema allows')
    const isOfRoute = !text.includes('route-not-found')
    const mismatch = isOfRoute ? problemOf(operation, answer) : undefined
    if (mismatch) report(mismatch)

    if (sent % requestsPerLook === 0) {
      lookAtLog()
      await populate(api)
      writes = await countWrites()
      known = await listKnown(api)
    }
  }

  lookAtLog()
  expect(problems).toEqual([])
  // Every route has done both, else the requests are not what they should be. What chance left out has its turn now.
  const left = operations.flatMap((operation) =>
    (needNothing.has(operation.operationId) ? ['answers'] : ['answers', 'refuses'])
      .map((what) => ({ operation, name: `${operation.operationId} ${what}` }))
      .filter(({ name }) => !seen.has(name)),
  )
  for (const { operation, name } of left) {
    for (let tries = 0; tries < mostTries && !seen.has(name); tries++) {
      if (tries % operations.length === 0) {
        await populate(api)
        known = await listKnown(api)
      }
      note(operation, await send(fuzzedRequest(operation, known, random)))
    }
  }
  expect(left.map(({ name }) => name).filter((name) => !seen.has(name))).toEqual([])
}, 0)

/** Nothing of what was sent, and nothing that went wrong inside. */
function lookAtLog(): void {
  for (const line of api.engine.logged.splice(0)) {
    const text = JSON.stringify(line)
    if (Number(line['level']) >= 50 || text.includes(canary) || insides.test(text)) {
      problems.push({ problem: 'is logged', line: text.slice(0, 1_000) })
    }
  }
}

function shortened({ payload, ...request }: FuzzedRequest) {
  return { ...request, url: request.url.slice(0, 300), payload: String(payload).slice(0, 500) }
}
