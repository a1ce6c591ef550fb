import type { PromiseReport, ReportPromisesParams } from '@ringback/client'
import { queryOptions } from '@tanstack/react-query'
import { ringback } from '../shared/api/client.ts'
import type { ReportSearch } from './report-search.ts'
import type { Span } from './span.ts'

/** How the promises of some days were kept, looked at from four sides. */
export interface Report {
  byTime: PromiseReport
  byQueue: PromiseReport
  byAgent: PromiseReport
  byResult: PromiseReport
}

export type Figures = PromiseReport['total']

const keptMs = 60_000

type Asked = Omit<ReportPromisesParams, 'groupBy'>

function askedFor({ from, to, zone }: Span, { queue, agent }: ReportSearch): Asked {
  return {
    from,
    to,
    timeZone: zone,
    ...(queue !== undefined && { queueType: queue }),
    ...(agent !== undefined && { agentId: agent }),
  }
}

export function reportQuery(span: Span, search: ReportSearch) {
  const asked = askedFor(span, search)
  return queryOptions({
    queryKey: ['report', asked],
    staleTime: keptMs,
    queryFn: async ({ signal }): Promise<Report> => {
      const by = (groupBy: NonNullable<ReportPromisesParams['groupBy']>) =>
        ringback.reports.reportPromises({ ...asked, groupBy }, { signal })
      const [byTime, byQueue, byAgent, byResult] = await Promise.all([
        by(span.groupBy),
        by('queueType'),
        by('agent'),
        by('result'),
      ])
      return { byTime, byQueue, byAgent, byResult }
    },
  })
}

/** Where the same promises come one by one, as CSV; the browser saves it as it comes. */
export function csvAddress(span: Span, search: ReportSearch): string {
  return `/api/reports/promises.csv?${new URLSearchParams(Object.entries(askedFor(span, search)).map(([name, value]) => [name, String(value)]))}`
}
