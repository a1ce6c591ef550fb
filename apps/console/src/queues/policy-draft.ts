import type { OutcomeType, PolicyDocument } from '@ringback/client'

/** A document with nothing left out: what holds. */
export type Policy = { [Field in keyof PolicyDocument]-?: Exclude<PolicyDocument[Field], undefined> }
export type PolicyField = keyof Policy

/** What holds where a document leaves something out; the API says the same of each field. */
const leftOut: Policy = {
  openingHours: null,
  quietHours: null,
  retries: null,
  inboundEnds: null,
  refusalsBlock: false,
  ownerWaitMinutes: 0,
  escalateAfterMinutes: null,
  punctualWithinMinutes: 5,
  callbackShare: 100,
  ordinaryWhilePromised: 'keep',
}

/** In the order in which they are shown. */
export const policyFields = Object.keys(leftOut) as PolicyField[]

export const retriedOutcomes = ['no_answer', 'busy', 'voicemail', 'failed'] as const
export type RetriedOutcome = (typeof retriedOutcomes)[number]

export function policyOf(document: object): Policy {
  const policy: Policy = { ...leftOut, ...document }
  return { ...policy, retries: policy.retries && { ...policy.retries, maxPerDay: policy.retries.maxPerDay ?? 3 } }
}

/** The fields in which two policies differ. */
export function differencesOf(one: Policy, other: Policy): PolicyField[] {
  return policyFields.filter((field) => written(one[field]) !== written(other[field]))
}

/** The same for the same value, in whatever order its parts stand. */
function written(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  )
}

/** A policy while somebody writes it: numbers as they were typed. */
export interface PolicyDraft {
  openingHours: string
  quietHours: readonly QuietLine[]
  retries: { isOn: boolean; maxAttempts: string; maxPerDay: string; minutes: Record<RetriedOutcome, string> }
  inboundEnds: { isOn: boolean; outcomes: readonly OutcomeType[]; withinHours: string }
  refusalsBlock: boolean
  ownerWaitMinutes: string
  escalateAfterMinutes: string
  punctualWithinMinutes: string
  callbackShare: string
  ordinaryWhilePromised: Policy['ordinaryWhilePromised']
}

export interface QuietLine {
  /** Told from the others by it while it is written. */
  key: number
  region: string
  calendarId: string
}

/** What is offered to whoever turns something on. */
const firstRetries = {
  maxAttempts: 4,
  maxPerDay: 3,
  minutes: { no_answer: [30, 120, 1_440], busy: [5, 15, 60], voicemail: [240, 1_440], failed: [2, 15] },
}
const firstInboundEnds = { outcomes: ['resolved', 'declined'] as const, withinHours: 72 }

export function draftOf(document: object): PolicyDraft {
  const policy = policyOf(document)
  const { retries, inboundEnds, quietHours, escalateAfterMinutes } = policy
  const shown = retries ?? firstRetries
  const minutesOf = (outcome: RetriedOutcome) => (shown.minutes[outcome] ?? []).join(', ')
  return {
    openingHours: policy.openingHours ?? '',
    quietHours: Object.entries(quietHours ?? {}).map(([region, calendarId], key) => ({ key, region, calendarId })),
    retries: {
      isOn: retries !== null,
      maxAttempts: String(shown.maxAttempts),
      maxPerDay: String(shown.maxPerDay),
      minutes: Object.fromEntries(retriedOutcomes.map((outcome) => [outcome, minutesOf(outcome)])) as Record<
        RetriedOutcome,
        string
      >,
    },
    inboundEnds: {
      isOn: inboundEnds !== null,
      outcomes: (inboundEnds ?? firstInboundEnds).outcomes,
      withinHours: String((inboundEnds ?? firstInboundEnds).withinHours),
    },
    refusalsBlock: policy.refusalsBlock,
    ownerWaitMinutes: String(policy.ownerWaitMinutes),
    escalateAfterMinutes: escalateAfterMinutes === null ? '' : String(escalateAfterMinutes),
    punctualWithinMinutes: String(policy.punctualWithinMinutes),
    callbackShare: String(policy.callbackShare),
    ordinaryWhilePromised: policy.ordinaryWhilePromised,
  }
}

/**
 * The document of a draft: what is as it would be if it were left out, is left out. What is no number stays as it was typed: the
 * API says what is wrong with it, and where.
 */
export function documentOf(draft: PolicyDraft): PolicyDocument {
  const { openingHours, quietHours, retries, inboundEnds } = draft
  const minutes = retriedOutcomes.flatMap((outcome) => {
    const waits = retries.minutes[outcome].split(/[\s,;]+/).filter(Boolean)
    return waits.length === 0 ? [] : [[outcome, waits.map(numberOf)]]
  })
  const policy = {
    openingHours: openingHours === '' ? null : openingHours,
    quietHours:
      quietHours.length === 0
        ? null
        : Object.fromEntries(quietHours.map(({ region, calendarId }) => [region.trim().toUpperCase(), calendarId])),
    retries: retries.isOn
      ? {
          maxAttempts: numberOf(retries.maxAttempts),
          maxPerDay: numberOf(retries.maxPerDay),
          minutes: Object.fromEntries(minutes) as object,
        }
      : null,
    inboundEnds: inboundEnds.isOn
      ? { outcomes: inboundEnds.outcomes, withinHours: numberOf(inboundEnds.withinHours) }
      : null,
    refusalsBlock: draft.refusalsBlock,
    ownerWaitMinutes: numberOf(draft.ownerWaitMinutes),
    escalateAfterMinutes: draft.escalateAfterMinutes.trim() === '' ? null : numberOf(draft.escalateAfterMinutes),
    punctualWithinMinutes: numberOf(draft.punctualWithinMinutes),
    callbackShare: numberOf(draft.callbackShare),
    ordinaryWhilePromised: draft.ordinaryWhilePromised,
  } as Policy
  const said = differencesOf(policy, leftOut).map((field) => [field, policy[field]])
  return Object.fromEntries(said) as PolicyDocument
}

function numberOf(text: string): number | string {
  return /^-?\d+(?:\.\d+)?$/.test(text.trim()) ? Number(text) : text
}
