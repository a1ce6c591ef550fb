import type * as schema from './schema/index.ts'
import type { Role } from './values.ts'

export type Agent = typeof schema.agents.$inferSelect
export type AgentSession = typeof schema.agentSessions.$inferSelect
export type AgentWatch = typeof schema.agentWatch.$inferSelect
export type Queue = typeof schema.queues.$inferSelect
export type User = typeof schema.users.$inferSelect
export type UserCallScore = typeof schema.userCallScores.$inferSelect
export type Callback = typeof schema.callbacks.$inferSelect
export type Calendar = typeof schema.calendars.$inferSelect
/** One event in the history of a callback. */
export type CallbackEvent = typeof schema.callbackNotifications.$inferSelect
/** Without the transaction that changed it last: that concerns the reconciler alone. */
export type QueueEntry = Omit<typeof schema.callQueue.$inferSelect, 'changedIn'>
/** What a queue entry's place in the lanes follows from. */
export type EntryPlace = Pick<
  QueueEntry,
  | 'id'
  | 'version'
  | 'status'
  | 'queueType'
  | 'assignedToAgentId'
  | 'priorityScore'
  | 'availableFrom'
  | 'onHoldUntil'
  | 'availableUntil'
>
export type CallSession = typeof schema.callSessions.$inferSelect
export type CronRun = typeof schema.cronRuns.$inferSelect
export type LaneMirror = typeof schema.laneMirror.$inferSelect
export type Alert = typeof schema.alerts.$inferSelect
/** What the engine knows of itself. */
export type EngineFact = typeof schema.engineFacts.$inferSelect
export type Finding = typeof schema.findings.$inferSelect
/** A version of a queue's policy. */
export type StoredPolicy = typeof schema.policies.$inferSelect
/** An entry of the do-not-call list. */
export type Block = typeof schema.doNotCall.$inferSelect
/** One event of the log of what happened. */
export type Event = typeof schema.events.$inferSelect
/** Who is told of what happens, and where. */
export type Webhook = typeof schema.webhooks.$inferSelect
/** One event that a webhook is told. */
export type WebhookDelivery = typeof schema.webhookDeliveries.$inferSelect
/** A code with which somebody signs in once. */
export type SignInCode = Omit<typeof schema.signInCodes.$inferSelect, 'role'> & { role: Role }
