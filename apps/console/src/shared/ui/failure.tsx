import { isRingbackError } from '@ringback/client'
import type { ReactNode } from 'react'
import { useMessages, type Messages } from '../messages/index.ts'
import { Button } from './button.tsx'
import { Icon } from './icons.tsx'

/** What went wrong in words, what to do, and the request by which whoever runs Ringback finds it. */
export function Failure({ error, onRetry }: { error: unknown; onRetry: () => void }): ReactNode {
  const messages = useMessages()
  const { failure } = messages
  const requestId = isRingbackError(error) ? error.requestId : undefined
  return (
    <div role="alert" className="rounded-xl border border-line bg-surface p-6 shadow-raised">
      <p className="flex items-center gap-2 font-semibold">
        <Icon name="alert" className="size-5 text-late" />
        {failure.title}
      </p>
      <p className="mt-1 max-w-prose text-muted">{whatFailed(messages, error)}</p>
      {requestId !== undefined && (
        <p className="mt-2 font-mono text-xs break-all text-muted select-all">{failure.request(requestId)}</p>
      )}
      <Button className="mt-4" onClick={onRetry}>
        {failure.retry}
      </Button>
    </div>
  )
}

/** Why something was not done: in the own language, and as the API says it where it says more. */
export function Refusal({ error }: { error: unknown }): ReactNode {
  const messages = useMessages()
  if (error === null || error === undefined) return null
  const said = whatFailed(messages, error)
  const detail = isRingbackError(error) ? error.problem?.detail : undefined
  return (
    <div role="alert" className="rounded-lg bg-late-soft px-3 py-2 text-sm text-late">
      <p>{said}</p>
      {detail !== undefined && detail !== said && (
        <p dir="ltr" lang="en" className="mt-0.5 text-xs break-words">
          {detail}
        </p>
      )}
    </div>
  )
}

/** A sentence about a failed request. The API says why it refuses in English; what is known is said in the own language. */
export function whatFailed({ failure, problems }: Messages, error: unknown): string {
  if (!isRingbackError(error)) return failure.page
  const { code, status = 0 } = error
  if (code in problems) return problems[code as keyof typeof problems]
  if (code === 'unreachable') return failure.unreachable
  if (status === 403) return failure.forbidden
  if (status === 404) return failure.notFound
  if (status === 429) return failure.limited
  if (status === 502 || status === 503 || status === 504) return failure.unavailable
  return status >= 500 || code === 'unexpected-answer' ? failure.other : error.message
}
