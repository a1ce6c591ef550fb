import { countryOf, countryOfPhone, zonesOfCountry } from './region.ts'

/** What is known of where a customer is. */
export interface Whereabouts {
  timeZone: string | null
  region: string | null
  phoneE164: string | null
}

/** `user`: it was said of the user; `phone`: by the country of the number; `queue`: of the hours of the queue. */
export type ZoneSource = 'user' | 'phone' | 'queue'

export interface CustomerZones {
  /** ISO 3166; null when nothing says so. */
  region: string | null
  /** All in which the customer may be: a call must be allowed in each of them. */
  timeZones: string[]
  zoneSource: ZoneSource
}

/**
 * The zones that a customer may be in: the one that was said, else all of the region that was said, else all of the country
 * of the phone, else `zoneOfHours`, that of the opening hours of the queue, else UTC. Pure.
 */
export function zonesOf({ timeZone, region, phoneE164 }: Whereabouts, zoneOfHours?: string | null): CustomerZones {
  const place = region ?? (phoneE164 === null ? null : countryOfPhone(phoneE164))
  if (timeZone !== null) return { region: place, timeZones: [timeZone], zoneSource: 'user' }
  const timeZones = place === null ? [] : zonesOfCountry(countryOf(place))
  if (timeZones.length > 0) return { region: place, timeZones, zoneSource: region === null ? 'phone' : 'user' }
  return { region: place, timeZones: [zoneOfHours ?? 'UTC'], zoneSource: 'queue' }
}
