import { expect, test } from 'vitest'
import { region as regionSchema } from './calendar.ts'
import { quietCalendarOf } from './quiet-hours.ts'
import { countryOfPhone, e164Of } from './region.ts'
import { zonesOf } from './zones.ts'

const nothing = { timeZone: null, region: null, phoneE164: null }

test('where a customer is follows from what was said, then from the phone, then from the queue', () => {
  const phoneE164 = '+12125551234'
  const said = { timeZone: 'Europe/Paris', region: 'DE', phoneE164 }
  expect(zonesOf(said)).toEqual({ region: 'DE', timeZones: ['Europe/Paris'], zoneSource: 'user' })
  expect(zonesOf({ ...said, timeZone: null })).toEqual({
    region: 'DE',
    timeZones: ['Europe/Berlin', 'Europe/Busingen'],
    zoneSource: 'user',
  })
  const byPhone = zonesOf({ ...nothing, phoneE164 })
  expect(byPhone).toMatchObject({ region: 'US', zoneSource: 'phone' })
  expect(byPhone.timeZones).toEqual(expect.arrayContaining(['America/New_York', 'Pacific/Honolulu']))
  expect(zonesOf(nothing, 'Asia/Jerusalem')).toEqual({
    region: null,
    timeZones: ['Asia/Jerusalem'],
    zoneSource: 'queue',
  })
  expect(zonesOf(nothing)).toEqual({ region: null, timeZones: ['UTC'], zoneSource: 'queue' })
})

test('a part of a country is in all zones of the country, and a country without one in those of the queue', () => {
  expect(zonesOf({ ...nothing, region: 'GB-ENG' }).timeZones).toEqual(['Europe/London'])
  expect(zonesOf({ ...nothing, region: 'XK' }, 'Europe/Belgrade')).toEqual({
    region: 'XK',
    timeZones: ['Europe/Belgrade'],
    zoneSource: 'queue',
  })
})

test.each([
  ['+49 30 1234567', undefined, '+49301234567', 'DE'],
  ['030 1234567', 'DE', '+49301234567', 'DE'],
  ['030 1234567', undefined, null, null],
  ['(212) 555-1234', 'US', '+12125551234', 'US'],
  ['+800 12345678', 'DE', '+80012345678', null],
  ['+15550100', 'US', null, null],
  ['extension 12', 'US', null, null],
])('%s, of default country %s, is %s, of %s', (phone, defaultCountry, e164, country) => {
  expect(e164Of(phone, defaultCountry)).toBe(e164)
  expect(e164 && countryOfPhone(e164)).toBe(country)
})

test('quiet hours are those of the longest region that matches', () => {
  const quiet = { 'US-FL': 'florida', US: 'usa', '*': 'rest' }
  expect(['US-FL', 'US-NY', 'US', 'DE', null].map((region) => quietCalendarOf(quiet, region))).toEqual([
    'florida',
    'usa',
    'usa',
    'rest',
    'rest',
  ])
  expect(quietCalendarOf({ US: 'usa' }, 'DE')).toBeUndefined()
})

test('a region begins with a country that has zones or phones', () => {
  const isTaken = (text: string) => regionSchema.safeParse(text).success
  expect(['DE', 'US-FL', 'AQ', 'XK'].filter(isTaken)).toEqual(['DE', 'US-FL', 'AQ', 'XK'])
  expect(['ZZ', 'EU', 'de', 'USA', 'US-', 'ZZ-FL'].filter(isTaken)).toEqual([])
})
