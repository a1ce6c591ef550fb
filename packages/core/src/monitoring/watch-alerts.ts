import { alerts } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { monitor } from './monitor.ts'

export const watchedHours = 24

/**
 * Evaluates the alerts. Each is logged once when it begins and once when it ends, by one of all processes. Returns how many
 * stand, and how many began and ended with this look.
 */
export async function watchAlerts(deps: Deps): Promise<{ standing: number; begun: number; ended: number }> {
  const { alerts: standing } = await monitor(deps, { hours: watchedHours })
  const names = standing.map((alert) => alert.name)
  return deps.transact(async ({ sql, now, afterCommit }) => {
    const { begun, ended } = await alerts.replace(sql, names, now)
    afterCommit(() => {
      for (const { name, ...alert } of standing.filter((one) => begun.includes(one.name))) {
        deps.log.warn({ alert: name, ...alert }, 'alert begins')
      }
      for (const name of ended) deps.log.warn({ alert: name }, 'alert ends')
    })
    return { standing: names.length, begun: begun.length, ended: ended.length }
  })
}
