import type { CalendarDocument } from './calendar.ts'

/** A calendar that comes with Ringback. */
export interface LawCalendar {
  id: `law:${string}`
  document: CalendarDocument
  source: CalendarSource
}

/** Where the hours of a calendar come from. */
export interface CalendarSource {
  /** The rule, and what must be known of it. */
  rule: string
  /** Where it was read. */
  url: string
  /** The date on which it was. */
  checkedOn: string
  notice: string
}

const checkedOn = '2026-11-27'
const notice = 'No legal advice: the rules for your calls may be others, and may have changed since. Have them checked.'

type Range = [string, string]

/** The same hours on each of these days. */
function weekOf(days: readonly (keyof CalendarDocument['week'])[], ...ranges: Range[]): CalendarDocument['week'] {
  return Object.fromEntries(days.map((day) => [day, ranges]))
}

const workdays = ['mon', 'tue', 'wed', 'thu', 'fri'] as const
const everyDay = [...workdays, 'sat', 'sun'] as const

/**
 * Hours in which the law, or a code that a regulator applies, lets calls be made that nobody has asked for. They are read
 * by the clocks of the customer, hold only where a policy names them, and cannot be changed: to have others, write a
 * calendar of your own.
 */
export const lawCalendars: readonly LawCalendar[] = [
  {
    id: 'law:us',
    document: { week: weekOf(everyDay, ['08:00', '21:00']) },
    source: {
      rule: 'United States, 47 CFR 64.1200(c)(1): telephone solicitations from 8 to 21 h of the called party. A call by prior express invitation is none, (f)(15).',
      url: 'http://edocket.access.gpo.gov/cfr_2008/octqtr/47cfr64.1200.htm',
      checkedOn,
      notice,
    },
  },
  {
    id: 'law:us-8-20',
    document: { week: weekOf(everyDay, ['08:00', '20:00']) },
    source: {
      rule: 'States of the United States that let calls be made from 8 to 20 h, such as Florida, Statutes 501.616(6)(a), which also allows three calls in 24 hours at most, (b).',
      url: 'http://www.lawserver.com/law/state/florida/statutes/florida_statutes_501-616',
      checkedOn,
      notice,
    },
  },
  {
    id: 'law:fr',
    document: { week: weekOf(workdays, ['10:00', '13:00'], ['14:00', '20:00']), holidays: { country: 'FR' } },
    source: {
      rule: 'France, Code de la consommation, art. D223-9 (décret 2022-1313): Monday to Friday 10 to 13 and 14 to 20 h, not on public holidays. Calls with express consent are exempt. Four calls in 30 days at most, and none for 60 days after a refusal, which no calendar can say.',
      url: 'https://www.legifrance.gouv.fr/jorf/id/JORFTEXT000046421823',
      checkedOn,
      notice,
    },
  },
  {
    id: 'law:de',
    document: {
      week: { ...weekOf(workdays, ['08:00', '20:00']), sat: [['09:00', '18:00']] },
      holidays: { country: 'DE' },
    },
    source: {
      rule: 'Germany, the code of conduct of CCV and DDV, which the regulator applies, and no statute: Monday to Friday 8 to 20, Saturday 9 to 18 h, not on Sundays and public holidays (here those that all states have), unless the customer wishes so. Three tries a day at most.',
      url: 'https://www.general-anzeiger-bonn.de/news/wirtschaft/regional/was-unternehmen-fuer-telefonmarketing-duerfen_aid-42205421',
      checkedOn,
      notice,
    },
  },
  {
    id: 'law:it',
    document: { week: weekOf([...workdays, 'sat'], ['10:00', '19:00']), holidays: { country: 'IT' } },
    source: {
      rule: 'Italy, the code of conduct for telemarketing of the Garante, in force since 28 September 2024, as reported: Monday to Friday 9 to 20, Saturday and the eves of holidays 10 to 19 h, not on Sundays and holidays. As a calendar does not know eves, it has the hours that are right on all of these days.',
      url: 'https://www.pmi.it/impresa/pubblicita-e-marketing/453002/telemarketing-le-nuove-regole-e-le-fasce-orarie-permesse.html',
      checkedOn,
      notice,
    },
  },
  {
    id: 'law:es',
    document: { week: weekOf(workdays, ['09:00', '21:00']), holidays: { country: 'ES' } },
    source: {
      rule: 'Spain, Ley General para la Defensa de los Consumidores y Usuarios, art. 96.2, as quoted by the press: Monday to Friday 9 to 21 h, not on holidays (here those that the whole country has).',
      url: 'https://www.genbeta.com/actualidad/llamadas-comerciales-ilegales-a-partir-hora-asi-puedes-actuar-recibes',
      checkedOn,
      notice,
    },
  },
]

/** Where the hours of a calendar come from; undefined of one of your own. */
export function sourceOf(id: string): CalendarSource | undefined {
  return lawCalendars.find((calendar) => calendar.id === id)?.source
}
