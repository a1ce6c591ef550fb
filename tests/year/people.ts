/** A customer, by where it is. */
export interface Customer {
  userId: string
  phone: string | null
  /** Said of it. */
  timeZone: string | null
  region: string | null
  /** Of the region, else of the phone; null when nothing says so. */
  country: string | null
}

interface Kind extends Omit<Customer, 'userId' | 'phone'> {
  /** With as many digits to come as there are zeros at the end. */
  phone: string | null
}

const kind = (
  phone: string | null,
  country: string | null,
  timeZone: string | null = null,
  region = country,
): Kind => ({
  phone,
  country,
  timeZone,
  region,
})

/** In fourteen zones of their own, or where their number says, or anywhere. */
const kinds: readonly Kind[] = [
  kind('+972 50 123 0000', 'IL'),
  kind('+1 212 555 0000', 'US'),
  kind('+1 212 555 0000', 'US', 'America/New_York'),
  kind('+1 305 555 0000', 'US', 'America/New_York', 'US-FL'),
  kind('+1 602 555 0000', 'US', 'America/Phoenix'),
  kind('+61 412 34 0000', 'AU'),
  kind('+61 412 34 0000', 'AU', 'Australia/Lord_Howe'),
  kind('+49 30 1234 0000', 'DE'),
  kind('+33 6 12 34 0000', 'FR', 'Europe/Paris'),
  kind('+39 02 1234 0000', 'IT'),
  kind('+34 612 34 0000', 'ES'),
  kind('+44 20 7946 0000', 'GB'),
  kind('+91 98765 4 0000', 'IN', 'Asia/Kolkata'),
  kind('+64 21 123 0000', 'NZ', 'Pacific/Auckland'),
  kind(null, null, 'America/Santiago'),
  kind(null, null),
  kind(null, null),
]

/** The nth customer of the year. */
export function customer(number: number): Customer {
  const of = kinds[number % kinds.length]!
  const phone = of.phone && of.phone.slice(0, -4) + String(1_000 + number).padStart(4, '0')
  return { ...of, userId: String(1_000 + number), phone: phone && phone.replaceAll(' ', '') }
}

/** An agent, what it serves, and the hour of UTC at which its working day begins. */
export interface Agent {
  agentId: number
  queueTypes: string[] | null
  from: number
}

export const agents: readonly Agent[] = [
  { agentId: 1, queueTypes: ['jerusalem'], from: 5 },
  { agentId: 2, queueTypes: ['jerusalem', 'new_york'], from: 9 },
  { agentId: 3, queueTypes: null, from: 12 },
  { agentId: 4, queueTypes: ['new_york'], from: 13 },
  { agentId: 5, queueTypes: ['new_york', 'sydney'], from: 18 },
  { agentId: 6, queueTypes: ['sydney'], from: 21 },
  { agentId: 7, queueTypes: null, from: 22 },
  { agentId: 8, queueTypes: ['sydney', 'jerusalem'], from: 2 },
]

export const workingHours = 9
