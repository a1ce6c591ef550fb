import { readFileSync } from 'node:fs'
import { Ringback } from '@ringback/client'
import { Store, type Customer, type Ticket } from './store.ts'
import { sync } from './sync.ts'

const { RINGBACK_URL: url = 'http://127.0.0.1:3000', RINGBACK_TOKEN: token, CRM_DB: path = 'crm.db' } = process.env
if (token === undefined) throw new Error('RINGBACK_TOKEN is not set: ./ringback token --role service')

const store = new Store(path)
const [file] = process.argv.slice(2)
if (file !== undefined) {
  const { customers, tickets } = JSON.parse(readFileSync(file, 'utf8')) as { customers: Customer[]; tickets: Ticket[] }
  store.add(customers, tickets)
}

const stopping = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopping.abort())
await sync(new Ringback({ url, token }), store, stopping.signal)
