import type { ReactNode } from 'react'
import { useMessages } from '../shared/messages/index.ts'
import { useTimes } from '../shared/time/times.ts'
import { differencesOf, type Policy, type PolicyField } from './policy-draft.ts'
import { wordsOf } from './policy-words.ts'

/** The difference between two policies, in what follows from them. */
export function Changes({ before, after }: { before: Policy; after: Policy }): ReactNode {
  const { policy: texts } = useMessages()
  const fields = differencesOf(before, after)
  if (fields.length === 0) return <p className="text-sm text-muted">{texts.same}</p>
  return (
    <dl className="grid gap-3 text-sm">
      {fields.map((field) => (
        <div key={field}>
          <dt className="font-medium">{texts.fields[field]}</dt>
          <Side sign="−" name={texts.before} field={field} policy={before} className="text-muted" />
          <Side sign="+" name={texts.after} field={field} policy={after} className="text-good" />
        </div>
      ))}
    </dl>
  )
}

function Side({
  sign,
  name,
  field,
  policy,
  className,
}: {
  sign: string
  name: string
  field: PolicyField
  policy: Policy
  className: string
}): ReactNode {
  const messages = useMessages()
  const words = wordsOf(field, policy, messages, useTimes())
  return (
    <dd className="mt-0.5 grid grid-cols-[1.25rem_minmax(0,1fr)]">
      <span aria-hidden="true" className={`font-mono font-semibold ${className}`}>
        {sign}
      </span>
      <span className={className}>
        <span className="sr-only">{name}</span>{' '}
        {words.length === 0
          ? messages.policy.unclear
          : words.map((line) => (
              <span key={line} className="block">
                {line}
              </span>
            ))}
      </span>
    </dd>
  )
}
