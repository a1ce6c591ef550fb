import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  getWebhook,
  listDeliveries,
  listWebhooks,
  redeliver,
  rotateSecret,
  testWebhook,
} from '@ringback/core'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { answers, answersNothing, refusals, refusalsOfPost, refusalsWithBody } from '../schemas/problem.ts'
import {
  deliveriesQuery,
  deliveryPage,
  deliveryParams,
  newWebhookBody,
  webhook,
  webhookChanges,
  webhookDelivery,
  webhookParams,
  webhookWithSecret,
} from '../schemas/webhooks.ts'

const tags = ['Webhooks']
const access = ['service'] as const
/** Nothing is said in it; it may be left out. */
const noBody = z.strictObject({}).nullish()

export const webhookRoutes: FastifyPluginAsyncZod = async (scope) => {
  scope.post(
    '/webhooks',
    {
      config: { access, shownOnce: 'secret' },
      schema: {
        operationId: 'createWebhook',
        summary: 'Have another system told of what happens',
        description:
          'It is told of what happens from now on, each event at least once, by POST: the `webhooks` of this document. What is sent is signed by Standard Webhooks 1.0.0 with the secret that only this answer shows.',
        tags,
        body: newWebhookBody,
        response: { 201: answers('The webhook', webhookWithSecret), ...refusalsOfPost('webhook-url-refused') },
      },
    },
    async ({ deps, body }, reply) => {
      reply.code(201)
      return createWebhook(deps, body)
    },
  )

  scope.get(
    '/webhooks',
    {
      config: { access },
      schema: {
        operationId: 'listWebhooks',
        summary: 'Every webhook',
        tags,
        response: { 200: answers('The webhooks, the oldest first', z.array(webhook)), ...refusals() },
      },
    },
    async ({ deps }) => listWebhooks(deps),
  )

  scope.get(
    '/webhooks/:webhookId',
    {
      config: { access },
      schema: {
        operationId: 'getWebhook',
        summary: 'Read a webhook',
        tags,
        params: webhookParams,
        response: { 200: answers('The webhook', webhook), ...refusals('webhook-not-found') },
      },
    },
    async ({ deps, params }) => getWebhook(deps, params.webhookId),
  )

  scope.patch(
    '/webhooks/:webhookId',
    {
      config: { access },
      schema: {
        operationId: 'changeWebhook',
        summary: 'Change a webhook, or switch it on or off',
        description:
          'One that is switched on is told of what happens from then on, and of what was still on its way to it; of what happened while it was off, it is not told.',
        tags,
        params: webhookParams,
        body: webhookChanges,
        response: {
          200: answers('The webhook', webhook),
          ...refusalsWithBody('webhook-not-found', 'webhook-url-refused'),
        },
      },
    },
    async ({ deps, params, body }) => changeWebhook(deps, params.webhookId, body),
  )

  scope.delete(
    '/webhooks/:webhookId',
    {
      config: { access },
      schema: {
        operationId: 'deleteWebhook',
        summary: 'Delete a webhook',
        description: 'What is on its way to it is not sent any more.',
        tags,
        params: webhookParams,
        response: { 204: answersNothing('The webhook is gone'), ...refusals('webhook-not-found') },
      },
    },
    async ({ deps, params }, reply) => {
      await deleteWebhook(deps, params.webhookId)
      reply.code(204)
    },
  )

  scope.post(
    '/webhooks/:webhookId/rotate-secret',
    {
      config: { access, shownOnce: 'secret' },
      schema: {
        operationId: 'rotateWebhookSecret',
        summary: 'Give a webhook another secret',
        description: 'For a day what is sent has a signature by either: the new one first.',
        tags,
        params: webhookParams,
        body: noBody,
        response: {
          200: answers('The webhook with its new secret', webhookWithSecret),
          ...refusalsOfPost('webhook-not-found'),
        },
      },
    },
    async ({ deps, params }) => rotateSecret(deps, params.webhookId),
  )

  scope.post(
    '/webhooks/:webhookId/test',
    {
      config: { access },
      schema: {
        operationId: 'testWebhook',
        summary: 'Send an event by which a webhook is tried out',
        description: 'It is sent as all others are; what came of it, its delivery says a moment later.',
        tags,
        params: webhookParams,
        body: noBody,
        response: {
          202: answers('It is on its way', webhookDelivery),
          ...refusalsOfPost('webhook-not-found', 'webhook-inactive'),
        },
      },
    },
    async ({ deps, params }, reply) => {
      reply.code(202)
      return testWebhook(deps, params.webhookId)
    },
  )

  scope.get(
    '/webhooks/:webhookId/deliveries',
    {
      config: { access },
      schema: {
        operationId: 'listWebhookDeliveries',
        summary: 'What a webhook was told, page by page',
        description: 'Deliveries are kept for a week.',
        tags,
        params: webhookParams,
        querystring: deliveriesQuery,
        response: { 200: answers('A page of the deliveries', deliveryPage), ...refusals('webhook-not-found') },
      },
    },
    async ({ deps, params, query: { status, limit, cursor } }) => {
      const { items, next } = await listDeliveries(deps, params.webhookId, { status, limit, after: cursor })
      return { items, nextCursor: next }
    },
  )

  scope.post(
    '/webhooks/:webhookId/deliveries/:deliveryId/redeliver',
    {
      config: { access },
      schema: {
        operationId: 'redeliverToWebhook',
        summary: 'Send a delivery once more',
        description: 'Whatever became of it, under the same `webhook-id`, with all attempts before it.',
        tags,
        params: deliveryParams,
        body: noBody,
        response: {
          202: answers('It is on its way', webhookDelivery),
          ...refusalsOfPost('webhook-not-found', 'delivery-not-found', 'webhook-inactive'),
        },
      },
    },
    async ({ deps, params }, reply) => {
      reply.code(202)
      return redeliver(deps, params)
    },
  )
}
