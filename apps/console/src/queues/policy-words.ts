import type { Messages } from '../shared/messages/index.ts'
import type { Times } from '../shared/time/times.ts'
import { retriedOutcomes, type Policy, type PolicyField } from './policy-draft.ts'

const minuteMs = 60_000

/** What follows from a field of a policy, in sentences; none while it holds something that is no number. */
export function wordsOf(field: PolicyField, policy: Policy, messages: Messages, times: Times): string[] {
  const words = messages.policy.words
  const minutes = (count: number) => times.duration(count * minuteMs)
  const list = (items: readonly string[]) => new Intl.ListFormat(times.language).format(items)
  switch (field) {
    case 'openingHours':
      return [policy.openingHours === null ? words.alwaysOpen : words.openingHours(policy.openingHours)]
    case 'quietHours': {
      const regions = Object.entries(policy.quietHours ?? {})
      if (regions.length === 0) return [words.noQuietHours]
      return regions.map(([region, calendar]) =>
        region === '*' ? words.quietRest(calendar) : words.quietHours(regionName(region, times.language), calendar),
      )
    }
    case 'retries': {
      if (policy.retries === null) return [words.noRetries]
      const { maxAttempts, maxPerDay = 3, minutes: waits } = policy.retries
      const tried = retriedOutcomes.flatMap((outcome) => {
        const numbers = (waits[outcome] ?? []).filter((wait) => typeof wait === 'number')
        return numbers.length === 0 ? [] : [words.retried[outcome](numbers.map(minutes).join(words.nextWait))]
      })
      return areNumbers(maxAttempts, maxPerDay) ? [...tried, words.retryLimits(maxAttempts, maxPerDay)] : tried
    }
    case 'inboundEnds': {
      if (policy.inboundEnds === null) return [words.noInboundEnds]
      const { outcomes, withinHours } = policy.inboundEnds
      if (!areNumbers(withinHours) || outcomes.length === 0) return []
      const named = outcomes.map((outcome) => `“${messages.desk.outcomes[outcome]}”`)
      return [words.inboundEnds(list(named), minutes(withinHours * 60))]
    }
    case 'refusalsBlock':
      return [policy.refusalsBlock ? words.refusalsBlock : words.refusalsDoNotBlock]
    case 'ownerWaitMinutes': {
      const wait = policy.ownerWaitMinutes
      if (!areNumbers(wait)) return []
      return [wait === 0 ? words.noOwnerWait : words.ownerWait(minutes(wait))]
    }
    case 'escalateAfterMinutes': {
      const after = policy.escalateAfterMinutes
      if (after === null) return [words.noEscalation]
      return areNumbers(after) ? [words.escalation(minutes(after))] : []
    }
    case 'punctualWithinMinutes': {
      const within = policy.punctualWithinMinutes
      return areNumbers(within) ? [words.punctual(minutes(within))] : []
    }
    case 'callbackShare': {
      const share = policy.callbackShare
      if (!areNumbers(share)) return []
      if (share >= 100) return [words.wholeShare]
      return [share <= 0 ? words.noShare : words.share(share)]
    }
    case 'ordinaryWhilePromised':
      return [policy.ordinaryWhilePromised === 'hold' ? words.holdOrdinary : words.keepOrdinary]
  }
}

function areNumbers(...values: readonly unknown[]): boolean {
  return values.every((value) => typeof value === 'number')
}

/** “Germany (DE)”; a part of a country, or what is none, as it is written. */
function regionName(region: string, language: string): string {
  if (!/^[A-Z]{2}$/.test(region)) return region
  const name = new Intl.DisplayNames(language, { type: 'region' }).of(region)
  return name === undefined || name === region ? region : `${name} (${region})`
}
