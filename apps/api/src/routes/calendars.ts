import {
  calendarDocument,
  deleteCalendar,
  getCalendar,
  getCalendarYear,
  listCalendars,
  putCalendar,
  sourceOf,
} from '@ringback/core'
import type { Calendar } from '@ringback/db'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import {
  calendar,
  calendarParams,
  calendarYear,
  calendarYearQuery,
  ifCalendarMatches,
  putCalendarBody,
} from '../schemas/calendars.ts'
import { answers, answersNothing, refusals, refusalsWithBody } from '../schemas/problem.ts'

const tags = ['Calendars']

export const calendarRoutes: FastifyPluginAsyncZod = async (scope) => {
  scope.put(
    '/calendars/:calendarId',
    {
      config: { access: [] },
      schema: {
        operationId: 'putCalendar',
        summary: 'Write a calendar',
        description:
          'It replaces the one there is. Public holidays are expanded to dates, which the answer shows; what is wrong with them, `special` sets right.',
        tags,
        params: calendarParams,
        headers: ifCalendarMatches,
        body: putCalendarBody,
        response: {
          200: answers('The calendar was changed', calendar),
          201: answers('The calendar is new', calendar),
          ...refusalsWithBody('calendar-read-only', 'unknown-holidays', 'calendar-changed'),
        },
      },
    },
    async ({ deps, params, headers, body }, reply) => {
      const ifUpdatedAt = headers['if-match']
      const written = await putCalendar(deps, { id: params.calendarId, document: body, ifUpdatedAt })
      reply.code(written.created ? 201 : 200).header('etag', etagOf(written.calendar))
      return calendarAnswer(written.calendar)
    },
  )

  scope.get(
    '/calendars',
    {
      config: { access: ['service'] },
      schema: {
        operationId: 'listCalendars',
        summary: 'Every calendar, with those that come with Ringback',
        tags,
        response: { 200: answers('The calendars by id', z.array(calendar)), ...refusals() },
      },
    },
    async ({ deps }) => (await listCalendars(deps)).map(calendarAnswer),
  )

  scope.get(
    '/calendars/:calendarId',
    {
      config: { access: ['service'], etag: true },
      schema: {
        operationId: 'getCalendar',
        summary: 'Read a calendar',
        description: 'Its `ETag` is when it last changed, which `If-Match` takes.',
        tags,
        params: calendarParams,
        response: { 200: answers('The calendar', calendar), ...refusals('calendar-not-found') },
      },
    },
    async ({ deps, params }, reply) => {
      const found = await getCalendar(deps, params.calendarId)
      reply.header('etag', etagOf(found))
      return calendarAnswer(found)
    },
  )

  scope.get(
    '/calendars/:calendarId/year',
    {
      config: { access: ['service'], etag: true },
      schema: {
        operationId: 'getCalendarYear',
        summary: 'What follows from a calendar for a year',
        description: 'Each day with its hours and what says so, and when the clocks are moved.',
        tags,
        params: calendarParams,
        querystring: calendarYearQuery,
        response: { 200: answers('The year', calendarYear), ...refusals('calendar-not-found') },
      },
    },
    async ({ deps, params, query }) => getCalendarYear(deps, { id: params.calendarId, ...query }),
  )

  scope.delete(
    '/calendars/:calendarId',
    {
      config: { access: [] },
      schema: {
        operationId: 'deleteCalendar',
        summary: 'Delete a calendar',
        tags,
        params: calendarParams,
        response: {
          204: answersNothing('The calendar is gone'),
          ...refusals('calendar-not-found', 'calendar-read-only', 'calendar-in-use'),
        },
      },
    },
    async ({ deps, params }, reply) => {
      await deleteCalendar(deps, params.calendarId)
      reply.code(204)
    },
  )
}

/** What `If-Match` takes. */
function etagOf({ updatedAt }: Calendar): string {
  return `"${updatedAt.toISOString()}"`
}

function calendarAnswer({ id, timeZone, document, holidayDates, updatedAt }: Calendar) {
  const { week, closed = [], special = {}, holidays = null } = calendarDocument.parse(document)
  return { id, timeZone, week, closed, special, holidays, holidayDates, source: sourceOf(id) ?? null, updatedAt }
}
