import type { OutcomeType } from '@ringback/db'

/** A queue, by what its policy says. */
export interface Queue {
  queueType: string
  openingHours: string
  quietHours: Record<string, string>
  retries: {
    maxAttempts: number
    maxPerDay: number
    minutes: { no_answer: number[]; busy: number[]; voicemail?: number[]; failed?: number[] }
  }
  inboundEnds: { outcomes: OutcomeType[]; withinHours: number } | null
  refusalsBlock: boolean
  ownerWaitMinutes: number
  escalateAfterMinutes: number | null
  callbackShare: number
}

/** Three centres that keep their promises each in its own way. */
export const queues: readonly Queue[] = [
  {
    queueType: 'jerusalem',
    openingHours: 'jerusalem',
    quietHours: { DE: 'law:de', FR: 'law:fr', '*': 'waking' },
    retries: {
      maxAttempts: 4,
      maxPerDay: 2,
      minutes: { no_answer: [30, 180, 1_440], busy: [5, 15, 60], voicemail: [240, 1_440], failed: [2, 15] },
    },
    inboundEnds: { outcomes: ['resolved', 'declined'], withinHours: 72 },
    refusalsBlock: true,
    ownerWaitMinutes: 60,
    escalateAfterMinutes: 30,
    callbackShare: 100,
  },
  {
    queueType: 'new_york',
    openingHours: 'new_york',
    quietHours: { US: 'law:us', 'US-FL': 'law:us-8-20', ES: 'law:es', '*': 'waking' },
    retries: { maxAttempts: 3, maxPerDay: 3, minutes: { no_answer: [45, 600], busy: [10, 30] } },
    inboundEnds: null,
    refusalsBlock: true,
    ownerWaitMinutes: 0,
    escalateAfterMinutes: null,
    callbackShare: 60,
  },
  {
    queueType: 'sydney',
    openingHours: 'sydney',
    quietHours: { IT: 'law:it', DE: 'law:de', '*': 'waking' },
    retries: {
      maxAttempts: 5,
      maxPerDay: 1,
      minutes: { no_answer: [20, 60, 600, 2_880], busy: [1, 1, 1], voicemail: [2_880] },
    },
    inboundEnds: { outcomes: ['resolved', 'no_answer', 'callback_requested'], withinHours: 24 },
    refusalsBlock: false,
    ownerWaitMinutes: 1_440,
    escalateAfterMinutes: 45,
    callbackShare: 100,
  },
]
