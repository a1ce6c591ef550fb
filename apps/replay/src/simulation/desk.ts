import type { Centre, EndedCall } from '../centre/centre.ts'

/** An agent's desk: what the agent does, through the same steps as a desktop on the API. */
export interface Desk {
  readonly agentId: number
  isStaffed(): boolean
  /** Staffed and in no call. */
  isAvailable(): boolean
  isTalking(): boolean
  logIn(): Promise<void>
  /** A call of the log reaches the agent. */
  beginLoggedCall(): Promise<void>
  endLoggedCall(call: EndedCall): Promise<void>
  /** The agent looks for a callback to make. */
  ask(): Promise<void>
  heartbeat(): Promise<void>
  /** The last call of the log is over: the agent logs out as soon as nothing keeps it. */
  endShift(): Promise<void>
  leaveIfDone(): Promise<void>
}

export interface DeskOptions {
  centre: Centre
  agentId: number
  /** How long the agent talks to the customer of this callback. */
  talkSeconds: (callbackId: string) => number
  after: (seconds: number, run: () => Promise<unknown>) => void
  onCalled: (callbackId: string) => void
  /** Whether no more calls are to be begun today. */
  isOver: () => boolean
  /** Whether an agent whose shift has ended stays for callbacks. */
  isNeeded: () => boolean
  /** Waits until what the agent left behind is with others. */
  onLeft: () => Promise<void>
}

interface Talk extends EndedCall {
  callbackId: string
  /** The customer has hung up; the outcome is not recorded yet. */
  isOver: boolean
}

/**
 * The desk of one agent. Agents with an odd number accept the callback that is assigned to them and has fallen due;
 * those with an even one just ask for their next call, and find it there.
 *
 * The log has happened and cannot be moved: when it gives the agent a call during a talk with a callback's customer,
 * the agent is in both, and records the outcome of the talk when no logged call is left.
 */
export function desk(options: DeskOptions): Desk {
  const { centre, agentId } = options
  const acceptsFirst = agentId % 2 === 1
  let isStaffed = false
  let isShiftOver = false
  let loggedCalls = 0
  let talk: Talk | undefined

  const isAvailable = () => isStaffed && loggedCalls === 0 && !talk
  const put = (status: 'available' | 'busy') => centre.putSession(agentId, status)

  async function ask() {
    if (!isAvailable() || options.isOver()) return
    if (acceptsFirst) await centre.acceptWhatIsDue(agentId)
    const call = await centre.claimNextCall(agentId)
    if (!call) return
    const durationSeconds = options.talkSeconds(call.callbackId)
    const begun: Talk = { ...call, durationSeconds, isOver: false }
    talk = begun
    options.after(durationSeconds, async () => {
      begun.isOver = true
      await finish()
    })
  }

  /** Ends the talk if it is over, and turns to what is next, when the agent is in no logged call. */
  async function finish() {
    if (loggedCalls > 0 || (talk && !talk.isOver)) return
    if (talk) {
      const { callSessionId, durationSeconds, callbackId } = talk
      await centre.resolveCall({ callSessionId, durationSeconds, agentId })
      talk = undefined
      options.onCalled(callbackId)
    }
    await leaveIfDone()
    await ask()
  }

  async function leaveIfDone() {
    if (!isAvailable() || !isShiftOver || options.isNeeded()) return
    isStaffed = false
    await centre.closeSession(agentId)
    await options.onLeft()
  }

  return {
    agentId,
    isStaffed: () => isStaffed,
    isAvailable,
    isTalking: () => talk !== undefined,
    ask,
    leaveIfDone,
    async logIn() {
      if (isStaffed) return
      isStaffed = true
      await put('available')
      await ask()
    },
    async beginLoggedCall() {
      isStaffed = true
      loggedCalls++
      if (loggedCalls === 1 && !talk) await put('busy')
    },
    async endLoggedCall({ callSessionId, durationSeconds }) {
      await centre.resolveCall({ callSessionId, durationSeconds, agentId })
      loggedCalls--
      // The outcome of one of several calls at once does not make the agent available.
      if (loggedCalls > 0 && !talk) await put('busy')
      await finish()
    },
    async heartbeat() {
      if (!(await centre.heartbeat(agentId))) throw new Error(`Agent ${agentId} was logged out without having left`)
    },
    async endShift() {
      isShiftOver = true
      await leaveIfDone()
    },
  }
}
