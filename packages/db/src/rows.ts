import type * as schema from './schema/index.ts'

export type Agent = typeof schema.agents.$inferSelect
export type AgentSession = typeof schema.agentSessions.$inferSelect
export type AgentStatus = AgentSession['status']
export type AgentWatch = typeof schema.agentWatch.$inferSelect
export type User = typeof schema.users.$inferSelect
export type UserCallScore = typeof schema.userCallScores.$inferSelect
export type Callback = typeof schema.callbacks.$inferSelect
export type CallbackStatus = Callback['status']
export type CallbackNotification = typeof schema.callbackNotifications.$inferSelect
export type NotificationKind = CallbackNotification['kind']
export type QueueEntry = typeof schema.callQueue.$inferSelect
/** What a queue entry's place in the lanes follows from. */
export type EntryPlace = Pick<
  QueueEntry,
  'id' | 'version' | 'status' | 'queueType' | 'assignedToAgentId' | 'priorityScore' | 'availableFrom'
>
export type QueueEntryStatus = QueueEntry['status']
export type QueueType = QueueEntry['queueType']
export type CallSession = typeof schema.callSessions.$inferSelect
export type CallDirection = CallSession['direction']
export type OutcomeType = NonNullable<CallSession['lastOutcomeType']>
export type CronRun = typeof schema.cronRuns.$inferSelect
export type TickTrigger = CronRun['trigger']
export type LaneMirror = typeof schema.laneMirror.$inferSelect
export type Alert = typeof schema.alerts.$inferSelect

export const queueTypes = ['unsigned_users', 'outstanding_requests'] as const satisfies QueueType[]
