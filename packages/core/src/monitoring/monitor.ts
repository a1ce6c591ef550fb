import type { Deps } from '../deps.ts'
import { alertsOf, type StandingAlert } from './alerts.ts'
import { readFigures, type Figures } from './figures.ts'

export interface Monitoring extends Figures {
  alerts: StandingAlert[]
}

/** Whether promises are kept: the figures of the last `hours`, and the alerts that follow from them. */
export async function monitor(deps: Deps, { hours }: { hours: number }): Promise<Monitoring> {
  const figures = await readFigures(deps, { hours })
  return { ...figures, alerts: alertsOf(figures) }
}
