/**
 * Prints a call log for `./ringback replay`: one made-up day of a small telephone centre, the same on every machine.
 *
 *   node examples/make-call-log.ts > examples/call-log-2026-03-02.tsv
 */

const date = '260302'
const opensAt = 8 * 3_600
/** Calls an hour, from the hour of opening on; the late morning is more than the agents can serve. */
const callsPerHour = [22, 34, 52, 74, 48, 34, 32, 30, 22, 12]
/** Who is there, from when until when. */
const agents: [name: string, from: number, until: number][] = [
  ['ADA', 8, 16],
  ['BORIS', 8, 16],
  ['CHIARA', 9, 13],
  ['DAVID', 12, 18],
  ['ELIF', 12, 18],
]
const meanServiceSeconds = 170
const meanPatienceSeconds = 210
const shares = { english: 0.03, stockExchange: 0.08, prospects: 0.22, knownCustomer: 0.6, hangsUpAtOnce: 0.06, phantom: 0.01 }
const requestedCallbacks = 9

const random = uniform(20_260_302)
const exponential = (mean: number) => -mean * Math.log(1 - random())
/** Talks are seldom short and sometimes very long. */
const serviceSeconds = () => {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return Math.max(4, Math.round(meanServiceSeconds * Math.exp(0.8 * normal - 0.32)))
}

interface Call {
  arrivesAt: number
  type: string
  machineSeconds: number
}

interface Agent {
  name: string
  from: number
  until: number
  freeAt: number
}

const staff: Agent[] = agents.map(([name, from, until]) => ({ name, from: from * 3_600, until: until * 3_600, freeAt: 0 }))
const columns =
  'vru+line call_id customer_id priority type date vru_entry vru_exit vru_time q_start q_exit q_time outcome ser_start ser_exit ser_time server'
console.log(columns.replaceAll(' ', '\t'))
for (const [index, call] of calls().entries()) console.log(serve(call, index).join('\t'))

/** The calls of the day in order of arrival, those that customers had asked for among them. */
function calls(): Call[] {
  const made: Call[] = []
  for (const [hour, count] of callsPerHour.entries()) {
    for (let n = 0; n < count; n++) {
      const arrivesAt = opensAt + Math.floor((hour + random()) * 3_600)
      made.push({ arrivesAt, type: typeOf(), machineSeconds: 5 + Math.floor(random() * 9) })
    }
  }
  for (let n = 0; n < requestedCallbacks; n++) {
    made.push({ arrivesAt: opensAt + 3_600 + Math.floor(random() * 7 * 3_600), type: 'TT', machineSeconds: 2 })
  }
  return made.toSorted((a, b) => a.arrivesAt - b.arrivesAt)
}

function typeOf(): string {
  const value = random()
  if (value < shares.english) return 'PE'
  if (value < shares.english + shares.stockExchange) return 'NE'
  return value < shares.english + shares.stockExchange + shares.prospects ? 'NW' : 'PS'
}

/** Calls are served in order of arrival, each by the agent who is free first, unless its caller gives up before. */
function serve({ arrivesAt, type, machineSeconds }: Call, index: number): (string | number)[] {
  const line = `AA01${String(1 + (index % 16)).padStart(2, '0')}`
  const customer = random() < shares.knownCustomer ? 10_000_000 + Math.floor(random() * 900) : 0
  const leavesMachineAt = arrivesAt + machineSeconds
  const call = [line, 1_000 + index, customer, index % 3, type, date]
  const machine = [time(arrivesAt), time(leavesMachineAt), machineSeconds]
  const stage = (from: number, until: number) => (until > from ? [time(from), time(until), until - from] : ['0:00:00', '0:00:00', 0])
  const nothing = stage(0, 0)

  const chance = random()
  if (chance < shares.phantom) return [...call, ...machine, ...nothing, 'PHANTOM', ...nothing, 'NO_SERVER']
  const givesUpAt = leavesMachineAt + Math.ceil(exponential(meanPatienceSeconds))
  const agent = staff
    .map((each) => ({ each, at: Math.max(leavesMachineAt, each.freeAt, each.from) }))
    .filter(({ each, at }) => at < each.until)
    .toSorted((a, b) => a.at - b.at)[0]
  const hangsUpAtOnce = type !== 'TT' && chance < shares.phantom + shares.hangsUpAtOnce
  if (hangsUpAtOnce) return [...call, ...machine, ...nothing, 'HANG', ...nothing, 'NO_SERVER']
  if (!agent || agent.at > givesUpAt) {
    return [...call, ...machine, ...stage(leavesMachineAt, givesUpAt), 'HANG', ...nothing, 'NO_SERVER']
  }
  const endsAt = agent.at + serviceSeconds()
  agent.each.freeAt = endsAt
  return [...call, ...machine, ...stage(leavesMachineAt, agent.at), 'AGENT', ...stage(agent.at, endsAt), agent.each.name]
}

/** `h:mm:ss` */
function time(seconds: number): string {
  const twoDigits = (value: number) => String(value).padStart(2, '0')
  return `${Math.floor(seconds / 3_600)}:${twoDigits(Math.floor(seconds / 60) % 60)}:${twoDigits(seconds % 60)}`
}

/** Numbers from 0 (included) to 1 (excluded): a Weyl sequence, each step scrambled. */
function uniform(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x9e3779b9) >>> 0
    let bits = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
    return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32
  }
}
