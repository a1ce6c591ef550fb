import { outcomeTypes } from '@ringback/client'
import type { ReactNode } from 'react'
import { useMessages } from '../shared/messages/index.ts'
import { Switch, TextField } from '../shared/ui/fields.tsx'
import { retriedOutcomes } from './policy-draft.ts'
import { withRange, type PartProps } from './policy-part.ts'
import { RangedNumber } from './ranged-number.tsx'

/** When a customer who was not reached is called again. */
export function RetriesFields({ value, errorAt, onChange }: PartProps<'retries'>): ReactNode {
  const { policy: texts } = useMessages()
  const change = (changes: Partial<typeof value>) => onChange({ ...value, ...changes })
  return (
    <div className="grid gap-3">
      <Switch label={texts.labels.retries} isOn={value.isOn} onChange={(isOn) => change({ isOn })} />
      {value.isOn && (
        <>
          <div className="grid items-start gap-3 sm:grid-cols-2">
            <RangedNumber
              label={texts.maxAttempts}
              range={texts.ranges.maxAttempts}
              error={errorAt('maxAttempts')}
              value={value.maxAttempts}
              onChange={(maxAttempts) => change({ maxAttempts })}
            />
            <RangedNumber
              label={texts.maxPerDay}
              range={texts.ranges.maxPerDay}
              error={errorAt('maxPerDay')}
              value={value.maxPerDay}
              onChange={(maxPerDay) => change({ maxPerDay })}
            />
          </div>
          <p className="text-sm text-muted">{texts.waitsHint}</p>
          {retriedOutcomes.map((outcome) => (
            <TextField
              key={outcome}
              label={texts.waits[outcome]}
              error={withRange(
                errorAt(`minutes.${outcome}`) ?? (outcome === 'no_answer' ? errorOfAll(errorAt) : undefined),
                texts.ranges.waits,
              )}
              inputMode="decimal"
              autoComplete="off"
              value={value.minutes[outcome]}
              onChange={({ target }) => change({ minutes: { ...value.minutes, [outcome]: target.value } })}
            />
          ))}
        </>
      )}
    </div>
  )
}

/** What is wrong with all of them together, such as that none is named. */
function errorOfAll(errorAt: PartProps<'retries'>['errorAt']): string | undefined {
  return retriedOutcomes.some((outcome) => errorAt(`minutes.${outcome}`)) ? undefined : errorAt('minutes')
}

/** Which calls of customers end what they were promised. */
export function InboundEndsFields({ value, errorAt, onChange }: PartProps<'inboundEnds'>): ReactNode {
  const { policy: texts, desk } = useMessages()
  const change = (changes: Partial<typeof value>) => onChange({ ...value, ...changes })
  const outcomesError = errorAt('outcomes')
  return (
    <div className="grid gap-3">
      <Switch label={texts.labels.inboundEnds} isOn={value.isOn} onChange={(isOn) => change({ isOn })} />
      {value.isOn && (
        <>
          <div role="group" aria-label={texts.inboundOutcomes}>
            <p className="text-sm font-medium">{texts.inboundOutcomes}</p>
            {outcomesError !== undefined && (
              <p className="text-sm text-late">{withRange(outcomesError, texts.ranges.outcomes)}</p>
            )}
            <div className="grid sm:grid-cols-2">
              {outcomeTypes.map((outcome) => (
                <label key={outcome} className="flex min-h-11 items-center gap-3 text-sm sm:min-h-9">
                  <input
                    type="checkbox"
                    checked={value.outcomes.includes(outcome)}
                    onChange={({ target }) =>
                      change({
                        outcomes: target.checked
                          ? [...value.outcomes, outcome]
                          : value.outcomes.filter((one) => one !== outcome),
                      })
                    }
                    className="size-5 shrink-0 accent-accent"
                  />
                  {desk.outcomes[outcome]}
                </label>
              ))}
            </div>
          </div>
          <RangedNumber
            label={texts.withinHours}
            range={texts.ranges.withinHours}
            error={errorAt('withinHours')}
            value={value.withinHours}
            onChange={(withinHours) => change({ withinHours })}
          />
        </>
      )}
    </div>
  )
}
