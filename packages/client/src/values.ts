import type { OutcomeType } from './generated.ts'

const outcomes: Record<OutcomeType, true> = {
  resolved: true,
  callback_requested: true,
  no_answer: true,
  busy: true,
  voicemail: true,
  wrong_number: true,
  declined: true,
  do_not_call: true,
  failed: true,
}

/** All that may come of a call, for whoever lets an agent choose; the types see to it that none is missing. */
export const outcomeTypes = Object.keys(outcomes) as OutcomeType[]
