import type { PolicyOverrides } from '@ringback/db'
import type { PolicyDocument } from './document.ts'

/** A document with nothing left out. */
export type Policy = { [Field in keyof PolicyDocument]-?: Exclude<PolicyDocument[Field], undefined> }

/** The report's rules: what holds where nobody has stored anything else. */
export const reportPolicy: Policy = {
  openingHours: null,
  quietHours: null,
  retries: null,
  inboundEnds: null,
  refusalsBlock: false,
  ownerWaitMinutes: 0,
  escalateAfterMinutes: null,
  callbackShare: 100,
  punctualWithinMinutes: 5,
  ordinaryWhilePromised: 'keep',
}

export function policyOf(document: PolicyDocument): Policy {
  return { ...reportPolicy, ...document } as Policy
}

/**
 * The policy as it holds for one callback. That the customer asked for a time says something of the first call only, and
 * nothing of those that we make when it has failed.
 */
export function policyFor(
  policy: Policy,
  { policy: overrides, attempts }: { policy: PolicyOverrides | null; attempts: number },
): Policy {
  if (overrides === null) return policy
  const { ownerWaitMinutes, maxAttempts, punctualWithinMinutes, quietHours } = overrides
  return {
    ...policy,
    ownerWaitMinutes: ownerWaitMinutes ?? policy.ownerWaitMinutes,
    punctualWithinMinutes: punctualWithinMinutes ?? policy.punctualWithinMinutes,
    retries: policy.retries && { ...policy.retries, maxAttempts: maxAttempts ?? policy.retries.maxAttempts },
    quietHours: quietHours === 'off' && attempts === 0 ? null : policy.quietHours,
  }
}

/** The calendars that a document names, each once. */
export function calendarsOf({ openingHours, quietHours }: PolicyDocument): string[] {
  return [...new Set([...(openingHours == null ? [] : [openingHours]), ...Object.values(quietHours ?? {})])]
}
