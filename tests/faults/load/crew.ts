import type { Random } from '@ringback/testing/random'
import { canaries, type World } from '../world/world.ts'
import type { PatientClient, Surroundings } from './patient-client.ts'

/** What everybody at work in a load has. */
export interface Crew extends Surroundings {
  /** Aborted when no more promises are to be made. */
  promising: AbortSignal
  client(claims: Parameters<World['token']>[0]): Promise<PatientClient>
}

/** Agents 1 to 5: none of them ever stops asking. */
export const agentCount = 5
/** Customers 1 to 8 have many promises each, so that several steps meet at one of them. */
const sharedUsers = 8
/** From here on so many customers may not be called at any time (see `policies.ts`). */
export const firstWithHours = 920_000
export const withHours = 20
/** From here on customers want no calls. */
export const firstWhoRefuses = 930_000
export const queueTypes = ['unsigned_users', 'outstanding_requests'] as const

export function sharedUser(random: Random): string {
  return String(1 + random.below(sharedUsers))
}

export function ordinaryPlace(random: Random, userId: string): string {
  return `/api/queues/${random.pick(queueTypes)}/users/${userId}`
}

export function hasHours(userId: string): boolean {
  return Number(userId) >= firstWithHours && Number(userId) < firstWithHours + withHours
}

export function refuses(userId: string): boolean {
  return Number(userId) >= firstWhoRefuses
}

/** The reason of a callback that is promised by one request: there must never be two of it. */
export function markOf(request: string): string {
  return `${canaries.reason} ${request}`
}
