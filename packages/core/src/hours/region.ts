import { isSupportedCountry, parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/min'

/** Whether the country of a region (`DE`, `US-FL`) exists: it has zones of its own, or phones. */
export function isRegion(region: string): boolean {
  const country = countryOf(region)
  return /^[A-Z]{2}$/.test(country) && (hasPhones(country) || zonesOfCountry(country).length > 0)
}

/** Whether a country has phone numbers that are known. */
export function hasPhones(country: string): boolean {
  return isSupportedCountry(country)
}

/** The country of a region: `US` of `US-FL`. */
export function countryOf(region: string): string {
  return region.split('-', 1)[0]!
}

/**
 * A phone number in the international format E.164. One without a country code is taken for one of `defaultCountry`.
 * Null when it is no number that there can be.
 */
export function e164Of(phone: string, defaultCountry: string | undefined): string | null {
  const number = parsePhoneNumberFromString(phone, defaultCountry as CountryCode | undefined)
  return number?.isValid() ? number.number : null
}

/**
 * The country of a number in E.164; null when it belongs to none, as freephone numbers of the world do. Where in it a
 * number is, it does not say: people keep theirs when they move.
 */
export function countryOfPhone(e164: string): string | null {
  return parsePhoneNumberFromString(e164)?.country ?? null
}

/** What TypeScript does not know yet. */
type LocaleWithZones = Intl.Locale & { getTimeZones(): string[] | undefined }

const zonesByCountry = new Map<string, string[]>()

/** Every zone of a country; none when it has none of its own, or is no country. */
export function zonesOfCountry(country: string): string[] {
  const known = zonesByCountry.get(country)
  if (known) return known
  const zones = (new Intl.Locale('und', { region: country }) as LocaleWithZones).getTimeZones() ?? []
  zonesByCountry.set(country, zones)
  return zones
}
