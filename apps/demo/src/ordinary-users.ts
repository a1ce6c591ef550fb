import type { Random } from './random.ts'
import type { OrdinaryUser, QueueType } from './ringback.ts'

const DAY_MS = 24 * 60 * 60_000

/** What an integration says about a user whom it puts into a queue; the lower the score, the sooner the call. */
export function inventOrdinaryUser(queueType: QueueType, now: Date, random: Random): OrdinaryUser {
  if (queueType === 'outstanding_requests') {
    return {
      priorityScore: random.integer(10, 140),
      queueReason: `${random.integer(1, 4)} outstanding requests`,
      claimId: `CLM-${random.integer(10_000, 99_999)}`,
    }
  }
  if (queueType === 'premium_customers') {
    return { priorityScore: random.integer(0, 60), queueReason: random.pick(['Contract ends', 'Yearly review']) }
  }
  const daysMissing = random.integer(1, 30)
  return {
    priorityScore: 100 - daysMissing * 3,
    queueReason: `Signature missing for ${daysMissing} days`,
    signatureMissingSince: new Date(now.getTime() - daysMissing * DAY_MS),
    signatureType: random.pick(['contract', 'mandate', 'consent']),
  }
}
