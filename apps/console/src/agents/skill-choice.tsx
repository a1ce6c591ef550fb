import { useId, type ReactNode } from 'react'
import { useMessages } from '../shared/messages/index.ts'

/** From which queues an agent is given calls: from all, also those that are still to come, or from these. */
export function SkillChoice({
  chosen,
  queues,
  error,
  onChange,
}: {
  chosen: string[] | null
  queues: readonly { queueType: string; name: string }[]
  error: string | undefined
  onChange: (chosen: string[] | null) => void
}): ReactNode {
  const { agents: texts } = useMessages()
  const name = useId()
  const line = 'flex min-h-11 items-center gap-3 text-sm sm:min-h-9'
  return (
    <fieldset>
      <legend className="text-sm font-medium">{texts.skills}</legend>
      <p className={`text-sm ${error === undefined ? 'text-muted' : 'text-late'}`}>{error ?? texts.skillsHint}</p>
      <label className={line}>
        <input
          type="radio"
          name={name}
          checked={chosen === null}
          onChange={() => onChange(null)}
          className="size-5 accent-accent"
        />
        {texts.allQueues}
      </label>
      <label className={line}>
        <input
          type="radio"
          name={name}
          checked={chosen !== null}
          onChange={() => onChange(queues.map(({ queueType }) => queueType))}
          className="size-5 accent-accent"
        />
        {texts.these}
      </label>
      {chosen !== null && (
        <div className="grid ps-8 sm:grid-cols-2">
          {queues.map((queue) => (
            <label key={queue.queueType} className={`${line} min-w-0`}>
              <input
                type="checkbox"
                checked={chosen.includes(queue.queueType)}
                onChange={({ target }) =>
                  onChange(
                    target.checked
                      ? [...chosen, queue.queueType]
                      : chosen.filter((queueType) => queueType !== queue.queueType),
                  )
                }
                className="size-5 shrink-0 accent-accent"
              />
              <span className="min-w-0 break-words">{queue.name}</span>
            </label>
          ))}
        </div>
      )}
    </fieldset>
  )
}
