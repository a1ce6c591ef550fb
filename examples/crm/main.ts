import { readFileSync } from 'node:fs'
import { Ringback } from '@ringback/client'
import { Store, type Customer, type Ticket } from './store.ts'
import { follow, push } from './sync.ts'

const { RINGBACK_URL: url = 'http://127.0.0.1:3000', RINGBACK_TOKEN: token, CRM_DB: path = 'crm.db' } = process.env
if (token === undefined) throw new Error('RINGBACK_TOKEN is not set: ./ringback token --role service')

const ringback = new Ringback({ url, token })
const store = new Store(path)

const [file] = process.argv.slice(2)
if (file !== undefined) {
  const { customers, tickets } = JSON.parse(readFileSync(file, 'utf8')) as { customers: Customer[]; tickets: Ticket[] }
  store.add(customers, tickets)
}

const stopping = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopping.abort())

/** What is promised is pushed once the stream has begun, so that nothing of it happens unheard. */
const pushAll = () => push(ringback, store).then(() => console.log('all tickets are with Ringback'))
const begun = store.lastEventId !== undefined
if (begun) await pushAll()
await follow(ringback, store, {
  signal: stopping.signal,
  ready: () => void pushAll().catch((error: unknown) => {
    console.error(error)
    process.exit(1)
  }),
})
