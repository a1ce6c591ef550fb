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
import { calendar, calendarParams, calendarYear, calendarYearQuery, putCalendarBody } from '../schemas/calendars.ts'
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
        body: putCalendarBody,
        response: {
          200: answers('The calendar was changed', calendar),
          201: answers('The calendar is new', calendar),
          ...refusalsWithBody('calendar-read-only', 'unknown-holidays'),
        },
      },
    },
    async ({ deps, params, body }, reply) => {
      const written = await putCalendar(deps, { id: params.calendarId, document: body })
      reply.code(written.created ? 201 : 200)
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
        tags,
        params: calendarParams,
        response: { 200: answers('The calendar', calendar), ...refusals('calendar-not-found') },
      },
    },
    async ({ deps, params }) => calendarAnswer(await getCalendar(deps, params.calendarId)),
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

function calendarAnswer({ id, timeZone, document, holidayDates, updatedAt }: Calendar) {
  const { week, closed = [], special = {}, holidays = null } = calendarDocument.parse(document)
  return { id, timeZone, week, closed, special, holidays, holidayDates, source: sourceOf(id) ?? null, updatedAt }
}
