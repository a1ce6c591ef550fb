import { createInterface } from 'node:readline'
import { isRingbackError, Ringback, type Desk } from '@ringback/client'
import { commands, help, Mistake } from './commands.ts'
import { show } from './view.ts'

const { RINGBACK_URL: url = 'http://127.0.0.1:3000', RINGBACK_TOKEN: token } = process.env
if (token === undefined) throw new Error('RINGBACK_TOKEN is not set: ./ringback token --role agent --agent 1')

/** An agent's token says which agent it is. */
const { agentId } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { agentId: number }
const ringback = new Ringback({ url, token })
const signedOff = new AbortController()

/** The desk as it is on the screen. */
let desk: Desk
let shown = ''
let looked = Promise.resolve()
let isAsked = false

/** Looks at the desk, one time after the other. Many who ask together are served by one look. */
function look(): Promise<void> {
  if (isAsked) return looked
  isAsked = true
  looked = looked.then(refresh)
  return looked
}

/** Fetches the desk, and shows it when it says something else than before. */
async function refresh(): Promise<void> {
  isAsked = false
  desk = await ringback.agents.getDesk(agentId)
  const text = show(desk)
  if (text !== shown) console.log(text)
  shown = text
}

/**
 * The events say when to look again; the desk says what there is, so no event needs to be understood. They keep the agent
 * present, too.
 */
async function follow(): Promise<void> {
  for await (const _ of ringback.events({ signal: signedOff.signal })) look().catch(fail)
}

async function obey(line: string): Promise<void> {
  const [name = '', ...words] = line.trim().split(/\s+/)
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) return console.log(help)
  try {
    const said = await command.run({ ringback, agentId, desk }, ...words)
    if (said !== undefined) console.log(said)
  } catch (error) {
    // What the API refuses is for the agent to read: somebody else was first, or the call has ended.
    if (!(error instanceof Mistake) && !isRingbackError(error)) throw error
    console.log(`! ${error.message}${isRingbackError(error) ? ` (${error.code})` : ''}`)
  }
  await look()
}

/** Nothing can go on: the token has ended, or there is no API there. */
function fail(error: unknown): never {
  console.error(isRingbackError(error) ? `${error.code}: ${error.message}` : error)
  process.exit(1)
}

async function work(): Promise<void> {
  await ringback.agents.putSession(agentId, { status: 'available' })
  await look()
  console.log('Type "help" for what you can do.')
  follow().catch(fail)
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === 'quit') break
    await obey(line)
  }
  // A keyboard that is a pipe stays open, and holds the process, until whoever types closes it.
  process.stdin.destroy()
  signedOff.abort()
  await ringback.agents.deleteSession(agentId)
}

await work().catch(fail)
