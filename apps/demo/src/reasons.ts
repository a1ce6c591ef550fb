import type { Random } from './random.ts'

const CALLBACK_REASONS = [
  'Question about the last invoice',
  'Wants to move the appointment',
  'Asks for the status of a claim',
  'Needs help with a form',
  'Compares two tariffs',
  'Waits for a missing document',
  'Complaint about a delivery',
  'Wants to change the address',
] as const

/** Why a customer wants to be called. */
export function pickReason(random: Random): string {
  return random.pick(CALLBACK_REASONS)
}
