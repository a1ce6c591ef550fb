import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { queuesQuery } from '../shared/api/lists.ts'
import { useAgentNames, type NameOfAgent } from '../shared/api/names.ts'
import { useMessages } from '../shared/messages/index.ts'
import { Countdown, Moment } from '../shared/ui/moment.tsx'
import { isOpen, ownerOf, type FoundPromise } from './promises-data.ts'
import { StandingBadge } from './standing.tsx'

/**
 * Promises that were found, a line for each.
 *
 * @param onChoose chooses some of them, or not any more; left out for whoever may do nothing with them
 */
export function FoundTable({
  promises,
  chosenIds,
  onChoose,
}: {
  promises: readonly FoundPromise[]
  chosenIds: ReadonlySet<string>
  onChoose: ((ids: readonly string[], isOn: boolean) => void) | undefined
}): ReactNode {
  const { wall: texts, promises: own } = useMessages()
  const nameOfAgent = useAgentNames()
  const { data: queues = [] } = useQuery(queuesQuery)
  const nameOfQueue = (queueType: string) => queues.find((queue) => queue.queueType === queueType)?.name ?? queueType
  const open = promises.filter(isOpen).map(({ id }) => id)
  return (
    <table className="w-full text-sm">
      <thead className="bg-sunken text-xs text-muted">
        <tr>
          {onChoose && (
            <td className="w-11 ps-2">
              {open.length > 0 && (
                <Check
                  label={own.chooseAll}
                  isOn={open.every((id) => chosenIds.has(id))}
                  onChange={(isOn) => onChoose(open, isOn)}
                />
              )}
            </td>
          )}
          <th className="w-28 py-2 ps-4 pe-2 text-start font-medium">{texts.due}</th>
          <th className="px-2 py-2 text-start font-medium">{texts.customer}</th>
          <th className="hidden px-2 py-2 text-start font-medium md:table-cell">{texts.queue}</th>
          <th className="hidden px-2 py-2 text-start font-medium md:table-cell">{texts.agent}</th>
          <th className="hidden px-4 py-2 text-end font-medium sm:table-cell">{texts.state}</th>
        </tr>
      </thead>
      <tbody className="divide-y divide-line">
        {promises.map((promise) => (
          <PromiseLine
            key={promise.id}
            promise={promise}
            nameOfAgent={nameOfAgent}
            nameOfQueue={nameOfQueue}
            isChosen={chosenIds.has(promise.id)}
            onChoose={onChoose && ((isOn) => onChoose([promise.id], isOn))}
          />
        ))}
      </tbody>
    </table>
  )
}

function PromiseLine({
  promise,
  nameOfAgent,
  nameOfQueue,
  isChosen,
  onChoose,
}: {
  promise: FoundPromise
  nameOfAgent: NameOfAgent
  nameOfQueue: (queueType: string) => string
  isChosen: boolean
  onChoose: ((isOn: boolean) => void) | undefined
}): ReactNode {
  const { wall: texts, desk, promises: own } = useMessages()
  const { user, queueEntry, id, scheduledFor, callbackReason } = promise
  const name = user?.name ?? desk.deleted
  const ownerId = ownerOf(promise)
  const agent = ownerId === null ? texts.anybody : nameOfAgent(ownerId)
  const queueType = queueEntry?.queueType ?? promise.queueType
  const standing = <StandingBadge promise={{ callback: promise, queueEntry }} />
  return (
    <tr className={`align-top ${isChosen ? 'bg-accent-soft/40' : ''}`}>
      {onChoose && (
        <td className="ps-2 pt-1">
          {isOpen(promise) && <Check label={own.choose(name)} isOn={isChosen} onChange={onChoose} />}
        </td>
      )}
      <td className="py-2.5 ps-4 pe-2">
        <Moment at={scheduledFor} className="font-semibold" />
        {isOpen(promise) && (
          <span className="block text-xs">
            <Countdown to={scheduledFor} />
          </span>
        )}
      </td>
      <td className="px-2 py-2.5">
        <Link
          to="/promises/$callbackId"
          params={{ callbackId: id }}
          className="font-medium break-words text-accent hover:underline"
        >
          {name}
        </Link>
        <span className="block break-words text-muted">{callbackReason ?? desk.noReason}</span>
        <span className="block text-muted md:hidden">{agent}</span>
        <span className="mt-1 block sm:hidden">{standing}</span>
      </td>
      <td className="hidden px-2 py-2.5 text-muted md:table-cell">
        {queueType === null ? texts.noQueue : nameOfQueue(queueType)}
      </td>
      <td className={`hidden px-2 py-2.5 md:table-cell ${ownerId === null ? 'text-muted' : ''}`}>{agent}</td>
      <td className="hidden px-4 py-2.5 text-end sm:table-cell">{standing}</td>
    </tr>
  )
}

function Check({
  label,
  isOn,
  onChange,
}: {
  label: string
  isOn: boolean
  onChange: (isOn: boolean) => void
}): ReactNode {
  return (
    <label className="grid size-9 place-items-center">
      <span className="sr-only">{label}</span>
      <input
        type="checkbox"
        checked={isOn}
        onChange={({ target }) => onChange(target.checked)}
        className="size-4.5 accent-accent"
      />
    </label>
  )
}
