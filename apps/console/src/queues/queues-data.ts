/** What people call a queue; one that is gone by its id. */
export type NameOfQueue = (queueType: string) => string

export function namesOfQueues(queues: readonly { queueType: string; name: string }[]): NameOfQueue {
  const names = new Map(queues.map(({ queueType, name }) => [queueType, name]))
  return (queueType) => names.get(queueType) ?? queueType
}
