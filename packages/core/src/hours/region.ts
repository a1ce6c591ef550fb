import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/min'

const countryNames = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })

/** The English name of the country of a region (`DE`, `US-FL`); undefined when there is no such country. */
export function regionNameOf(region: string): string | undefined {
  const country = countryOf(region)
  return /^[A-Z]{2}$/.test(country) ? countryNames.of(country) : undefined
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
