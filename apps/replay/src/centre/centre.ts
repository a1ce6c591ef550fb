/** What the people of a simulated day do with a callback engine, whichever it is, and what that does by itself. */
export interface Centre {
  now(): Date
  addCustomer(userId: string): Promise<void>
  addAgent(agent: { agentId: number; name: string }): Promise<void>
  /** Logs an agent in, or says how it stands. */
  putSession(agentId: number, status: 'available' | 'busy'): Promise<void>
  closeSession(agentId: number): Promise<void>
  /** False when the agent was logged out by others. */
  heartbeat(agentId: number): Promise<boolean>
  /** An inbound call begins. Returns its id. */
  beginCall(call: { userId: string; agentId: number | null; startedAt: Date }): Promise<string>
  /** A call ends without an outcome. */
  endCall(call: EndedCall): Promise<void>
  /** A call ends, and all is well. */
  resolveCall(call: EndedCall & { agentId?: number | undefined }): Promise<void>
  promise(wish: PromiseWish): Promise<{ id: string; scheduledFor: Date }>
  hasOpenPromise(userId: string): Promise<boolean>
  /** The agent accepts the first promise that lies with it and has fallen due, if there is one. */
  acceptWhatIsDue(agentId: number): Promise<void>
  /** The agent takes its next call. */
  claimNextCall(agentId: number): Promise<{ callSessionId: string; callbackId: string } | undefined>
  /** What the engine does every minute by itself. */
  runMinute(): Promise<void>
  /** Resolves when the engine has nothing more to do at this moment. */
  settle(): Promise<void>
}

export interface EndedCall {
  callSessionId: string
  durationSeconds: number
}

export interface PromiseWish {
  userId: string
  scheduledFor: Date
  callbackReason: string
  preferredAgentId?: number | null
  originalCallSessionId?: string
}
