import type { QueueType } from './ringback.ts'

export interface DemoAgent {
  readonly agentId: number
  readonly firstName: string
  readonly lastName: string
  readonly email: string
  /** Null = all. */
  readonly queueTypes: readonly QueueType[] | null
}

export interface DemoUser {
  readonly userId: string
  readonly name: string
  readonly phone: string
}

const FIRST_USER_ID = 1001

const AGENT_NAMES = [
  ['Alba', 'Nightjar'],
  ['Bruno', 'Kettle'],
  ['Cleo', 'Fernsby'],
  ['Dario', 'Plumtree'],
  ['Enid', 'Halfmoon'],
  ['Faro', 'Button'],
  ['Greta', 'Sundial'],
  ['Hugo', 'Marzipan'],
  ['Ines', 'Cloudberry'],
  ['Jonas', 'Teacup'],
  ['Kira', 'Lanternfish'],
  ['Lev', 'Oddsocks'],
] as const

// prettier-ignore
const USER_FIRST_NAMES = [
  'Abelard', 'Beatrix', 'Casimir', 'Dorothea', 'Emeric', 'Fiorella', 'Gideon', 'Hester', 'Ignatia', 'Jasper',
  'Kestrel', 'Leopold', 'Minerva', 'Nestor', 'Ottilie', 'Percival', 'Quintina', 'Rufus', 'Seraphina', 'Tobias',
  'Ursula', 'Valentin', 'Winifred', 'Xanthe', 'Yolanda',
] as const

// prettier-ignore
const USER_LAST_NAMES = [
  'Appleseed', 'Bramblewick', 'Candlewax', 'Dandelion', 'Elderflower', 'Featherstone', 'Gingerbread', 'Hazelnut',
  'Inkwell', 'Jellybean', 'Kaleidoscope', 'Lemonpeel', 'Moonbeam', 'Nutmeg', 'Oystershell', 'Pepperpot',
  'Quicksilver', 'Rainbucket', 'Snapdragon', 'Thistledown',
] as const

/** Of each area only the numbers 555-0100 to 555-0199, which are kept free for fiction. */
const AREA_CODES = ['202', '312', '415', '617', '808'] as const
const NUMBERS_PER_AREA = 100

/** Every other agent serves all queues; of the others half know the premium customers and half do not. */
const SKILLS: readonly DemoAgent['queueTypes'][] = [
  null,
  ['unsigned_users', 'outstanding_requests'],
  null,
  ['outstanding_requests', 'premium_customers'],
]

/** The twelve agents, `agentId` 1 to 12. */
export const demoAgents: readonly DemoAgent[] = AGENT_NAMES.map(([firstName, lastName], index) => ({
  agentId: index + 1,
  firstName,
  lastName,
  email: `${firstName}.${lastName}@example.com`.toLowerCase(),
  queueTypes: SKILLS[index % SKILLS.length] ?? null,
}))

/** The five hundred users, `userId` from 1001 on, each with a name and a phone number that nobody has. */
export const demoUsers: readonly DemoUser[] = USER_FIRST_NAMES.flatMap((firstName) =>
  USER_LAST_NAMES.map((lastName) => `${firstName} ${lastName}`),
).map((name, index) => ({
  userId: String(FIRST_USER_ID + index),
  name,
  phone: fictionalPhone(index),
}))

function fictionalPhone(index: number): string {
  const area = AREA_CODES[Math.floor(index / NUMBERS_PER_AREA)]
  if (area === undefined) throw new RangeError(`no fictional phone number is left for user ${index}`)
  return `+1${area}55501${String(index % NUMBERS_PER_AREA).padStart(2, '0')}`
}
