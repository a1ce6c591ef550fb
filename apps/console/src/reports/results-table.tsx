import type { CallbackResult } from '@ringback/client'
import type { ReactNode } from 'react'
import { useMessages } from '../shared/messages/index.ts'
import { Bar } from './figures-table.tsx'
import { useNumbers } from './numbers.ts'
import type { Report } from './reports-data.ts'

/** What became of the promises, the most frequent first: how many of each, and which part of all. */
export function ResultsTable({ report: { groups, total } }: { report: Report['byResult'] }): ReactNode {
  const { reports: texts } = useMessages()
  const numbers = useNumbers()
  const byCount = groups.toSorted((one, other) => other.promised - one.promised)
  return (
    <table className="w-full text-sm">
      <thead className="bg-sunken text-xs text-muted">
        <tr>
          <th className="px-4 py-2 text-start font-medium">{texts.result}</th>
          <th className="px-2 py-2 text-end font-medium">{texts.promised}</th>
          <th className="w-1/2 px-4 py-2 text-end font-medium">{texts.share}</th>
        </tr>
      </thead>
      <tbody className="divide-y divide-line">
        {byCount.map(({ key, promised }) => (
          <tr key={key ?? ''}>
            <th scope="row" className="px-4 py-2 text-start font-medium">
              {key === null ? texts.noResult : texts.results[key as CallbackResult]}
            </th>
            <td className="clock px-2 py-2 text-end">{numbers.count(promised)}</td>
            <td className="px-4 py-2 text-end">
              <span className="inline-flex items-center gap-2">
                <span className="max-sm:hidden">
                  <Bar share={(promised / total.promised) * 100} />
                </span>
                <span className="clock w-14">{numbers.percent((promised / total.promised) * 100)}</span>
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
