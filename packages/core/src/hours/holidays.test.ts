import { expect, test } from 'vitest'
import { holidayDates } from './holidays.ts'

const now = new Date('2026-11-23T10:00:00Z')
const of2026 = async (country: string, region?: string) =>
  (await holidayDates({ country, region }, now)).filter((date) => date.startsWith('2026'))

test('the public holidays of a country are those of its law, for three years', async () => {
  // Code du travail, L3133-1.
  expect(await of2026('FR')).toEqual([
    '2026-01-01',
    '2026-04-06',
    '2026-05-01',
    '2026-05-08',
    '2026-05-14',
    '2026-05-25',
    '2026-07-14',
    '2026-08-15',
    '2026-11-01',
    '2026-11-11',
    '2026-12-25',
  ])
  const years = new Set((await holidayDates({ country: 'FR' }, now)).map((date) => date.slice(0, 4)))
  expect([...years]).toEqual(['2026', '2027', '2028'])
})

test('a part of a country has holidays of its own', async () => {
  expect(await of2026('DE', 'BY')).toContain('2026-01-06')
  expect(await of2026('DE', 'BE')).not.toContain('2026-01-06')
})

test('a holiday that begins on the eve is on its own date', async () => {
  expect(await of2026('IL')).toEqual(expect.arrayContaining(['2026-04-02', '2026-09-21']))
})

test('a holiday of several days has all of them', async () => {
  expect(await of2026('TR')).toEqual(expect.arrayContaining(['2026-05-27', '2026-05-28', '2026-05-29', '2026-05-30']))
})

test('a country or a part of one that is not known is refused, with what there is', async () => {
  await expect(holidayDates({ country: 'XX' }, now)).rejects.toMatchObject({
    code: 'unknown-holidays',
    message: 'The holidays of XX are not known; name their dates in closed',
  })
  await expect(holidayDates({ country: 'DE', region: 'XX' }, now)).rejects.toMatchObject({
    code: 'unknown-holidays',
    message: expect.stringContaining('BB, BE, BW, BY'),
  })
})
