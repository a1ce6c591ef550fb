import { emptyLanes, passedOverEntries, servedQueues } from '@ringback/core'
import { customer, now, type Cast } from './cast.ts'
import { answerOf, stateOf } from './observe.ts'
import type { Scene } from './scene.ts'
import type { Step } from './steps.ts'
import type { Actor, Place } from './world/place.ts'
import type { Stop } from './world/statement-proxy.ts'

/** Two steps that act at once, in the order in which they begin. */
export interface Pair {
  first: Step
  second: Step
}

/** What two steps came to together. */
export interface Outcome {
  answers: Record<keyof Pair, string>
  state: string
}

export interface StoppedRun extends Outcome {
  /** Where the first step stood while the second one ran. */
  stop: Stop
  /** Whether the second step waited for a lock there. */
  hasWaited: boolean
}

/** Does the first step, then the second. Returns how many statements the first one took as well. */
export async function runInOrder(
  place: Place,
  scene: Scene,
  { first, second }: Pair,
  begins: keyof Pair = 'first',
): Promise<Outcome & { statements: number }> {
  await begin(place, scene)
  const watch = place.proxy.watch()
  const answers = { first: '', second: '' }
  let statements = 0
  const doFirst = async () => {
    answers.first = await take(place.first, first, scene)
    statements = watch.passed()
  }
  const doSecond = async () => void (answers.second = await take(place.second, second, scene))
  for (const go of begins === 'first' ? [doFirst, doSecond] : [doSecond, doFirst]) await go()
  return { ...(await outcomeOf(place, scene, answers)), statements }
}

/**
 * Stops the first step before its statement number `stopAt`, or the next one that `passBy` does not leave out, runs the second until it ends or waits for a lock, and lets
 * the first go on. Undefined when the first step ends without having sent so many.
 */
export async function runStopped(
  place: Place,
  scene: Scene,
  { first, second }: Pair,
  stopAt: number,
  passBy?: 'inTransaction',
): Promise<StoppedRun | undefined> {
  await begin(place, scene)
  const watch = place.proxy.watch(stopAt, passBy)
  const firstAnswer = take(place.first, first, scene)
  const stop = await Promise.race([watch.reached, firstAnswer.then(() => undefined)])
  if (!stop) return undefined
  const secondAnswer = take(place.second, second, scene)
  const hasWaited = (await place.untilBlockedOrDone('second', secondAnswer)) === 'blocked'
  watch.letGo()
  const answers = { first: await firstAnswer, second: await secondAnswer }
  return { ...(await outcomeOf(place, scene, answers)), stop, hasWaited }
}

/** Does the first step while somebody else has all that is the customer's and changes nothing; then the second. */
export async function runPassingOver(place: Place, scene: Scene, { first, second }: Pair): Promise<Outcome> {
  await begin(place, scene)
  place.proxy.watch() // Nothing is stopped.
  const answers = { first: '', second: '' }
  await whileTaken(place, async () => void (answers.first = await take(place.first, first, scene)))
  answers.second = await take(place.second, second, scene)
  return outcomeOf(place, scene, answers)
}

/**
 * Does the first step while somebody else has all that is the customer's, until its statement number `stopAt`; then the
 * second, and then the rest of the first. There is no stop when the first ends, or waits for that somebody, before.
 */
export async function runPassingOverUntil(
  place: Place,
  scene: Scene,
  { first, second }: Pair,
  stopAt: number,
  passBy?: 'inTransaction',
): Promise<Outcome & { stop: Stop | undefined }> {
  await begin(place, scene)
  const watch = place.proxy.watch(stopAt, passBy)
  const answers = { first: '', second: '' }
  let rest: Promise<string> = Promise.resolve('')
  let stop: Stop | undefined
  await whileTaken(place, async () => {
    rest = take(place.first, first, scene)
    const reached = Promise.race([watch.reached.then((at) => void (stop = at)), rest])
    await place.untilBlockedOrDone('first', reached)
  })
  if (!stop) {
    watch.letGo()
    answers.first = await rest
  }
  answers.second = await take(place.second, second, scene)
  watch.letGo()
  answers.first = await rest
  return { ...(await outcomeOf(place, scene, answers)), stop }
}

async function whileTaken({ sql }: Place, act: () => Promise<void>): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`select from users where id = ${customer} for update`
    await tx`select from call_queue where user_id = ${customer} for update`
    await tx`select from callbacks where user_id = ${customer} for update`
    await act()
  })
}

/** Whether a step that acts alone leaves everything as it was: it is refused, say, or finds nothing to do. */
export async function isIdle(place: Place, scene: Scene, step: Step): Promise<boolean> {
  await begin(place, scene)
  const before = await stateOf(place, scene.roles)
  await take(place.second, step, scene)
  return before === (await stateOf(place, scene.roles))
}

async function begin(place: Place, scene: Scene): Promise<void> {
  await scene.restore()
  place.time.set(now)
  forget(place.first)
  forget(place.second)
}

/** What a process remembers is of rows that are no more. */
function forget({ deps, withoutLanes }: Actor): void {
  for (const each of [deps, withoutLanes]) {
    Object.assign(each, { passedOver: passedOverEntries(), emptyLanes: emptyLanes(), servedQueues: servedQueues() })
    each.policies.forget()
    each.calendars.forget()
  }
}

function take(actor: Actor, { run }: Step, { cast, roles }: Scene): Promise<string> {
  return answerOf(run(actor, cast as Required<Cast>), roles)
}

async function outcomeOf(place: Place, { roles }: Scene, answers: Outcome['answers']): Promise<Outcome> {
  return { answers, state: await stateOf(place, roles) }
}
