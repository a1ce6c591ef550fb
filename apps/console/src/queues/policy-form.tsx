import type { Calendar } from '@ringback/client'
import { useId, type ReactNode } from 'react'
import type { FieldErrors } from '../shared/api/use-change.ts'
import { useMessages } from '../shared/messages/index.ts'
import { useTimes } from '../shared/time/times.ts'
import { Select, Switch } from '../shared/ui/fields.tsx'
import { OpeningHoursField, QuietHoursFields } from './hours-fields.tsx'
import { documentOf, policyFields, policyOf, type PolicyDraft, type PolicyField } from './policy-draft.ts'
import type { PartProps } from './policy-part.ts'
import { wordsOf } from './policy-words.ts'
import { RangedNumber } from './ranged-number.tsx'
import { InboundEndsFields, RetriesFields } from './retries-fields.tsx'

type NumberField = 'ownerWaitMinutes' | 'escalateAfterMinutes' | 'punctualWithinMinutes' | 'callbackShare'

/** A policy as a form: beside each field stands what follows from it. */
export function PolicyForm({
  draft,
  calendars,
  isReadOnly,
  errorsOf,
  onChange,
}: {
  draft: PolicyDraft
  calendars: readonly Calendar[]
  isReadOnly: boolean
  errorsOf: (field: PolicyField) => FieldErrors
  onChange: (changes: Partial<PolicyDraft>) => void
}): ReactNode {
  const messages = useMessages()
  const { policy: texts } = messages
  const times = useTimes()
  const policy = policyOf(documentOf(draft))

  function propsOf<Field extends PolicyField>(field: Field): PartProps<Field> {
    return {
      value: draft[field],
      errorAt: (path) => {
        const whole = path === undefined ? field : `${field}.${path}`
        return [...errorsOf(field)].find(([at]) => at === whole || at.startsWith(`${whole}.`))?.[1]
      },
      onChange: (value) => onChange({ [field]: value }),
    }
  }
  function numberOf(field: NumberField) {
    const { value, errorAt, onChange: change } = propsOf(field)
    return (
      <RangedNumber
        label={texts.labels[field]}
        range={texts.ranges[field]}
        error={errorAt()}
        value={value}
        onChange={change}
      />
    )
  }
  const parts: Record<PolicyField, ReactNode> = {
    openingHours: <OpeningHoursField {...propsOf('openingHours')} calendars={calendars} />,
    quietHours: <QuietHoursFields {...propsOf('quietHours')} calendars={calendars} />,
    retries: <RetriesFields {...propsOf('retries')} />,
    inboundEnds: <InboundEndsFields {...propsOf('inboundEnds')} />,
    refusalsBlock: (
      <Switch
        label={texts.labels.refusalsBlock}
        isOn={draft.refusalsBlock}
        onChange={propsOf('refusalsBlock').onChange}
      />
    ),
    ownerWaitMinutes: numberOf('ownerWaitMinutes'),
    escalateAfterMinutes: numberOf('escalateAfterMinutes'),
    punctualWithinMinutes: numberOf('punctualWithinMinutes'),
    callbackShare: numberOf('callbackShare'),
    ordinaryWhilePromised: (
      <Select
        label={texts.labels.ordinaryWhilePromised}
        value={draft.ordinaryWhilePromised}
        onChange={({ target }) =>
          onChange({ ordinaryWhilePromised: target.value as PolicyDraft['ordinaryWhilePromised'] })
        }
      >
        <option value="keep">{texts.keep}</option>
        <option value="hold">{texts.hold}</option>
      </Select>
    ),
  }
  return (
    <form
      noValidate
      aria-label={texts.title}
      onSubmit={(event) => event.preventDefault()}
      className="divide-y divide-line"
    >
      {policyFields.map((field) => (
        <Part
          key={field}
          name={texts.fields[field]}
          words={wordsOf(field, policy, messages, times)}
          isReadOnly={isReadOnly}
        >
          {parts[field]}
        </Part>
      ))}
    </form>
  )
}

function Part({
  name,
  words,
  isReadOnly,
  children,
}: {
  name: string
  words: readonly string[]
  isReadOnly: boolean
  children: ReactNode
}): ReactNode {
  const { policy: texts } = useMessages()
  const id = useId()
  return (
    <fieldset aria-describedby={id} disabled={isReadOnly} className="grid gap-x-6 gap-y-2 px-4 py-4 md:grid-cols-2">
      <legend className="float-start text-sm font-semibold md:col-span-2">{name}</legend>
      <div className="min-w-0">{children}</div>
      <div id={id} className="grid content-start gap-1.5 self-start rounded-lg bg-sunken px-3 py-2 text-sm">
        {words.length === 0 ? (
          <p className="text-muted">{texts.unclear}</p>
        ) : (
          words.map((line) => <p key={line}>{line}</p>)
        )}
      </div>
    </fieldset>
  )
}
