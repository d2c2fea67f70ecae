import { isSuccess } from '../core/ports/webhook-answers.ts'
import { offlineSources } from '../sources/offline.ts'
import { sourceNames } from '../sources/registry.ts'
import { answered } from './answers.ts'
import { eventJsonSchema } from './event-schema.ts'
import { handshake, urlCheck } from './openapi-handshake.ts'
import { answer, codesOf, header, line } from './openapi-parts.ts'

const webhookAnswers = {
  200: answer(`As 202, for ${answered(({ queued }) => queued === 200)}.`),
  202: answer('Every change in the request is safely on the queue, or there is nothing in it to follow.'),
  400: answer(
    `Authentic, but not in the source's format ${codesOf(400)}. ${answered(({ unreadable }) => isSuccess(unreadable))} are answered with success instead, because they ban or suspend webhooks that fail, or send nothing again.`,
    line('data.id: expected string'),
  ),
  401: answer(
    `The signature, the credentials or the timestamp are wrong or missing ${codesOf(401)}. The body says which check failed, never a secret or the expected value.`,
    line('no v1 signature fits the body and the secret'),
  ),
  404: answer(
    `There is no such source, or sync.config.ts does not list it ${codesOf(404)}.`,
    line('there is no such source, or sync.config.ts has it switched off'),
  ),
  405: answer(`The method is not POST ${codesOf(405)}.`, line('webhooks are sent by POST'), {
    Allow: header('The method that is expected.', 'POST'),
  }),
  413: answer(`The body is larger than 1 MiB ${codesOf(413)}.`, line('the body is larger than 1 MiB')),
  415: answer(
    `The media type is not the source's ${codesOf(415)}, or an authentic body of ${answered(({ unreadable }) => unreadable === 415)} is in another format.`,
    line('expected content-type application/json'),
  ),
  429: answer("API Gateway's limit of requests per second is exceeded: send it again later."),
  503: answer(
    'The queue or the secret store did not answer: send it again.',
    line('not taken, please send it again'),
    { 'Retry-After': header('Seconds to wait.', '30') },
  ),
}

const signedHeaders = [
  ['webhook-id', "The message's id, the same when it is sent again."],
  ['webhook-timestamp', 'When it was signed, in seconds since 1970.'],
] as const

const receiveWebhook = {
  operationId: 'receiveWebhook',
  summary: "Takes a CRM's webhook",
  description:
    'Checked in this order: source, method, size, media type, authenticity, format. The success answer is sent only after every change is on the queue.',
  security: sourceNames.map((name) => ({ [name]: [] })),
  parameters: [
    { name: 'source', in: 'path', required: true, schema: { type: 'string', enum: [...sourceNames] } },
    ...signedHeaders.map(([name, description]) => ({
      name,
      in: 'header',
      description: `standard-webhooks only. ${description}`,
      schema: { type: 'string' },
    })),
  ],
  requestBody: {
    required: true,
    description: "The body as the source's vendor documents it, at most 1 MiB.",
    content: {
      'application/x-www-form-urlencoded': {
        schema: { type: 'object', description: "Bitrix24's events, with PHP's brackets in the names." },
      },
      'application/cloudevents+json': {
        schema: { type: 'object', description: 'cloudevents: an event in the structured mode.' },
      },
      'application/cloudevents-batch+json': {
        schema: { type: 'array', items: { type: 'object' }, description: 'cloudevents: a batch.' },
      },
      'application/json': {
        schema: {
          anyOf: [
            { $ref: '#/components/schemas/StandardWebhooksEvent' },
            { type: 'object', description: "Another CRM's event, as that CRM documents it." },
            { type: 'array', items: { type: 'object' }, description: "HubSpot's events, up to 100." },
          ],
        },
      },
    },
  },
  responses: webhookAnswers,
}

const health = {
  operationId: 'health',
  summary: 'Tells that the door is open',
  security: [],
  responses: {
    200: answer('The function answers.', {
      'application/json': {
        schema: { type: 'object', required: ['status'], properties: { status: { const: 'ok' } } },
        example: { status: 'ok' },
      },
    }),
  },
}

/** How each source's webhooks are authenticated, by the source's name. */
const securitySchemes = Object.fromEntries(
  Object.entries(offlineSources).map(([name, { docs }]) => [name, docs.proof]),
)

/** OpenAPI 3.1 of the HTTP API. */
export function openApiDocument(version: string): Readonly<Record<string, unknown>> {
  const { $schema: _dialect, $id: _id, ...event } = eventJsonSchema()
  return {
    openapi: '3.1.0',
    info: {
      title: 'crm-pay-sync',
      version,
      summary: 'Signed CRM webhooks in, payment provider customers out.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: 'http://127.0.0.1:3000', description: 'npm start' }],
    paths: {
      '/webhooks/{source}': { post: receiveWebhook },
      '/webhooks/cloudevents': { options: handshake },
      '/webhooks/intercom': { head: urlCheck },
      '/health': { get: health },
    },
    components: { securitySchemes, schemas: { StandardWebhooksEvent: event } },
  }
}
