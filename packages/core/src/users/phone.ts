import { parsePhoneNumberFromString } from 'libphonenumber-js/min'

/** A phone number in the international format E.164; null when it is no number that there can be, or names no country. */
export function e164Of(phone: string): string | null {
  const number = parsePhoneNumberFromString(phone)
  return number?.isValid() ? number.number : null
}
