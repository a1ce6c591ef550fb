import { once } from 'node:events'
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

/** Fetches the desk, and shows it when it says something else than before. */
async function refresh(): Promise<void> {
  desk = await ringback.agents.getDesk(agentId)
  const text = show(desk)
  if (text !== shown) console.log(text)
  shown = text
}

/**
 * The events say when to look again; the desk says what there is, so no event needs to be understood. They keep the agent
 * present, too. Many that come together are one look: the next begins when this one is done, and sees what all of them say.
 */
async function follow(): Promise<void> {
  let looking: Promise<void> | undefined
  let isStale = false
  const look = async () => {
    while (isStale) {
      isStale = false
      await refresh()
    }
    looking = undefined
  }
  for await (const _ of ringback.events({ signal: signedOff.signal })) {
    isStale = true
    looking ??= look().catch(fail)
  }
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
  await refresh()
}

/** Nothing can go on: the token has ended, or there is no API there. */
function fail(error: unknown): never {
  console.error(isRingbackError(error) ? `${error.code}: ${error.message}` : error)
  process.exit(1)
}

await ringback.agents.putSession(agentId, { status: 'available' }).catch(fail)
await refresh().catch(fail)
console.log('Type "help" for what you can do.')
void follow().catch(fail)

const typed = createInterface({ input: process.stdin })
let doing = Promise.resolve()
typed.on('line', (line) => {
  if (line.trim() === 'quit') typed.close()
  else doing = doing.then(() => obey(line)).catch(fail)
})
await once(typed, 'close')
await doing
signedOff.abort()
await ringback.agents.deleteSession(agentId).catch(fail)
// Whatever is still open, such as a keyboard that is a pipe, has nothing to say any more.
process.exit()
