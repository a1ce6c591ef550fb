import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { Ringback, type StreamEvent } from '@ringback/client'
import { readLog, type ToldEvent } from '@ringback/core'
import { receiver } from '../../../examples/webhook-receiver/receiver.ts'
import type { World as WholeWorld } from '../world/world.ts'
import type { PatientClient } from './patient-client.ts'

type World = Pick<WholeWorld, 'apiUrl' | 'token' | 'sql'>

/** Those who hear what happens, while everything else breaks. */
export interface Listeners {
  /**
   * What somebody was not told, was told twice or in another order than the log has it; empty when all is well within a minute, or
   * within one after a webhook was last told of something that it waited for.
   */
  untilAllIsTold(): Promise<string[]>
  stop(): Promise<void>
}

/** What a listener has been told since it last had to fetch everything anew. */
interface Listening {
  name: string
  /** The place at which it last began anew. */
  since: string | undefined
  told: string[]
  /** Which events it has to be told of: of the others it may be. */
  mustHear: (told: ToldEvent) => boolean
  mayHearOthers?: true
}

const agentWhoListens = 1
const longestWaitMs = 500
const toldWithinMs = 60_000
const lookEveryMs = 1_000
const mostEvents = 1_000_000
/** The place before all events. */
const beginning = '0-0-0'
/** In milliseconds: so long until a listener by hand goes, be it in the middle of an event. */
const goesAfterMs = 3_000
/** A receiver fails again so long after it last did, whatever comes first; a message that comes again is taken. */
const failsEveryMs = 3_000
/** Shorter than a worker waits for an answer: while it does, nothing else is on its way to a receiver that failed. */
const silentForMs = 2_000

/** Opens streams by the client and by hand, and a webhook. */
export async function openListeners(world: World, supervisor: PatientClient): Promise<Listeners> {
  const stopping = new AbortController()
  const listenings: Listening[] = []
  const begin = (name: string, more: Partial<Listening> = {}): Listening => {
    const listening = { name, since: undefined, told: [], mustHear: () => true, ...more }
    listenings.push(listening)
    return listening
  }
  const own = ({ event }: ToldEvent) => event.type === 'call.started' && event.data.agentId === agentWhoListens
  const agent = begin('the stream of an agent', { mustHear: own, mayHearOthers: true })
  const ended: string[] = []
  const streams = [
    listen(world, { role: 'supervisor' }, begin('the stream of a supervisor'), stopping.signal),
    listen(world, { role: 'agent', agentId: agentWhoListens }, agent, stopping.signal),
    listenByHand(world, begin('a stream that breaks off again and again'), stopping.signal),
  ].map((stream) => stream.catch((error: Error) => void ended.push(`a stream comes back (${error.message})`)))
  const hook = await openWebhook(supervisor)

  let whole: ToldEvent[] = []
  async function readOn(): Promise<void> {
    const more = await readLog(world.sql, whole.at(-1)?.place, mostEvents)
    // After Postgres went back to a time before the last one there is another log.
    if (more !== 'gap') return void (whole = whole.concat(more))
    whole = []
    return readOn()
  }

  /** What was not told rightly up to the event `last`: what has happened since may still be on its way. */
  async function ailments(last: string | undefined): Promise<{ found: string[]; unsent: number }> {
    await readOn()
    const log = whole.slice(0, whole.findIndex(({ event }) => event.id === last) + 1)
    const forgotten = last !== undefined && log.length === 0 ? [`the log keeps what it held (${last})`] : []
    const ofStreams = listenings
      .filter((listening) => !agrees(listening, whole, log.length))
      .map(({ name }) => `${name} agrees with the log`)
    const unsent = log.filter(({ event }) => Date.parse(event.timestamp) > hook.since && !hook.taken.has(event.id))
    const ofHook = unsent.slice(0, 1).map(({ event }) => `a webhook is told of all (${unsent.length}: ${event.id})`)
    return { found: [...forgotten, ...ofStreams, ...ofHook, ...hook.refused, ...ended], unsent: unsent.length }
  }

  return {
    async untilAllIsTold() {
      let until = 0
      let leastUnsent = Number.POSITIVE_INFINITY
      await readOn()
      const last = whole.at(-1)?.event.id
      for (;;) {
        // What a worker that died had on its way, or a receiver did not take, would be sent in minutes.
        await world.sql`
          update webhook_deliveries set next_attempt_at = now()
          where status = 'pending' and next_attempt_at > now() + interval '5 seconds'`
        const { found, unsent } = await ailments(last)
        if (unsent < leastUnsent) until = performance.now() + toldWithinMs
        leastUnsent = Math.min(leastUnsent, unsent)
        if (found.length === 0 || performance.now() > until) return found
        await pause(lookEveryMs)
      }
    },
    async stop() {
      stopping.abort()
      await Promise.all(streams)
      hook.close()
    },
  }
}

/**
 * Whether what was told is what the log holds behind the place of the last beginning: each event once, in order, and of the first
 * `count` of the log all.
 */
function agrees({ since, told, mustHear, mayHearOthers }: Listening, log: ToldEvent[], count: number): boolean {
  const first = since === beginning ? 0 : log.findIndex(({ event }) => event.id === since) + 1
  if (since !== beginning && first === 0) return false
  const behind = log.slice(first)
  const wanted = log.slice(first, Math.max(first, count)).filter(mustHear)
  if (!mayHearOthers) return wanted.every(({ event }, index) => told[index] === event.id)
  const known = new Map(behind.map(({ event }, index) => [event.id, index]))
  const places = told.flatMap((id) => known.get(id) ?? [])
  const isInOrder = places.every((place, index) => index === 0 || place > places[index - 1]!)
  const heard = new Set(told)
  return isInOrder && wanted.every(({ event }) => heard.has(event.id))
}

/** Listens as a desk does, by the client, which comes back by itself. */
async function listen(
  world: World,
  claims: Parameters<World['token']>[0],
  listening: Listening,
  signal: AbortSignal,
): Promise<void> {
  const wait = (ms: number) => pause(Math.min(ms, longestWaitMs))
  const token = await world.token(claims)
  const client = new Ringback({
    token,
    wait,
    url: '',
    fetch: (path, request) => fetch(`${world.apiUrl}${path}`, request),
  })
  const stream = client.events({ signal })
  for await (const event of stream) hear(listening, event, stream.lastEventId)
}

function hear(
  listening: Listening,
  event: Pick<StreamEvent, 'type'> & { id?: string },
  place: string | undefined,
): void {
  if (event.type === 'reset') {
    listening.since = place
    listening.told = []
  } else if (event.id !== undefined) {
    listening.told.push(event.id)
  }
}

/** Listens without the client, and goes away again and again: it remembers the last event that came whole. */
async function listenByHand(world: World, listening: Listening, stopping: AbortSignal): Promise<void> {
  const authorization = `Bearer ${await world.token({ role: 'service' })}`
  let place: string | undefined
  for (let times = 0; !stopping.aborted; times += 1) {
    const signal = AbortSignal.any([stopping, AbortSignal.timeout(goesAfterMs + 500 * (times % 7))])
    try {
      const headers = { authorization, ...(place !== undefined && { 'last-event-id': place }) }
      const answer = await fetch(`${world.apiUrl}/api/events`, { headers, signal })
      if (!answer.ok) throw new Error(`answered ${answer.status}`)
      let rest = ''
      for await (const text of answer.body!.pipeThrough(new TextDecoderStream())) {
        const blocks = (rest + text).split('\n\n')
        rest = blocks.pop()!
        for (const block of blocks) {
          const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1]
          const [id, type] = [field('id'), field('event')]
          place = id ?? place
          if (type === 'reset') hear(listening, { type }, id)
          else if (type !== undefined && id !== undefined) listening.told.push(id)
        }
      }
    } catch {
      await pause(longestWaitMs / 2) // It was broken off, by itself or by what broke.
    }
  }
}

/** The receiver of the examples behind a door that fails now and then: 500, no answer, or one that is lost. */
async function openWebhook(supervisor: PatientClient) {
  const taken = new Set<string>()
  const refused: string[] = []
  const failed = new Set<string>()
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${randomUUID()}`
  const made = await supervisor.call('POST', '/api/webhooks', { url }, { isKeyed: true })
  const { secret } = (made?.body ?? {}) as { secret?: string }
  if (secret === undefined) throw new Error(`POST /api/webhooks was answered ${made?.status}`)
  const since = Date.now()
  const behind = receiver(secret, ({ id }) => void taken.add(id))
  let failsNextAt = 0
  server.on('request', (request, response: ServerResponse) => {
    const id = String(request.headers['webhook-id'])
    const fails = performance.now() >= failsNextAt && !failed.has(id)
    const failure = fails ? failed.add(id).size % 3 : undefined
    if (fails) failsNextAt = performance.now() + failsEveryMs
    if (failure === 0) return response.writeHead(500).end()
    if (failure === 1) return setTimeout(() => request.socket.destroy(), silentForMs)
    if (failure === 2) response.end = () => response.socket!.resetAndDestroy() as never
    else response.once('finish', () => response.statusCode === 401 && refused.push('a message of a webhook is signed'))
    return behind.emit('request', request, response)
  })
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return { taken, refused, since, close }
}
