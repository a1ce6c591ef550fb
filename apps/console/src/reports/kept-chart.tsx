import type { ReactNode } from 'react'
import { useMessages } from '../shared/messages/index.ts'
import type { Figures } from './reports-data.ts'
import { drawnVerdicts, fillOf } from './verdicts.ts'

export interface Step {
  id: string
  name: string
  /** Undefined where nothing was promised. */
  figures: Figures | undefined
}

/** Fewer promises than these do not fill the chart. */
const fewest = 4

/**
 * How many promises of each day were kept, early, late or broken, one above the other. The table below says the same, so that
 * nothing is to be read from the picture alone.
 */
export function KeptChart({ steps }: { steps: readonly Step[] }): ReactNode {
  const { reports: texts } = useMessages()
  const most = Math.max(
    fewest,
    ...steps.map(({ figures }) => (figures ? drawnVerdicts.reduce((sum, verdict) => sum + figures[verdict], 0) : 0)),
  )
  // There is room for no more, on any screen.
  const named = new Set([steps[0]!, steps[(steps.length - 1) >> 1]!, steps.at(-1)!])
  return (
    <div aria-hidden="true" className="px-4 pt-4">
      <ul className="mb-3 flex flex-wrap gap-x-4 gap-y-1 text-xs">
        {drawnVerdicts.map((verdict) => (
          <li key={verdict} className="flex items-center gap-1.5">
            <svg viewBox="0 0 10 10" className="size-2.5">
              <rect width="10" height="10" rx="2" className={fillOf[verdict]} />
            </svg>
            {texts.verdicts[verdict]}
          </li>
        ))}
      </ul>
      <div className="flex gap-2">
        <p className="clock flex h-40 flex-col justify-between text-end text-[0.6875rem] leading-none text-muted">
          <span>{most}</span>
          <span>0</span>
        </p>
        <div className="min-w-0 flex-1">
          {/* Time goes as the language is read. */}
          <svg
            viewBox={`0 0 ${steps.length} ${most}`}
            preserveAspectRatio="none"
            className="h-40 w-full border-b border-edge rtl:-scale-x-100"
          >
            {steps.map(
              ({ id, name, figures }, index) => figures && <Column key={id} {...{ index, most, name, figures }} />,
            )}
          </svg>
          <p className="flex justify-between gap-2 pt-1 pb-3 text-[0.6875rem] text-muted">
            {[...named].map((step) => (
              <span key={step.id}>{step.name}</span>
            ))}
          </p>
        </div>
      </div>
    </div>
  )
}

function Column({
  index,
  most,
  name,
  figures,
}: {
  index: number
  most: number
  name: string
  figures: Figures
}): ReactNode {
  const { reports: texts } = useMessages()
  const counts = drawnVerdicts.map((verdict) => ({ verdict, count: figures[verdict] })).filter(({ count }) => count > 0)
  const told = counts.map(({ verdict, count }) => `${texts.verdicts[verdict]}: ${count}`).join(', ')
  let from = most
  return (
    <g>
      <title>{`${name}. ${told}`}</title>
      {counts.map(({ verdict, count }) => {
        from -= count
        return <rect key={verdict} x={index + 0.12} width={0.76} y={from} height={count} className={fillOf[verdict]} />
      })}
    </g>
  )
}
