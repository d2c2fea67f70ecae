import { answer, codesOf, header, line } from './openapi-parts.ts'

const sent = (name: string, required: boolean, description: string) => ({
  name,
  in: 'header',
  required,
  description,
  schema: { type: 'string' },
})

/** `OPTIONS /webhooks/cloudevents`. */
export const handshake = {
  operationId: 'answerHandshake',
  summary: 'Answers the handshake of CloudEvents senders',
  description:
    'Abuse protection as in HTTP 1.1 Web Hooks for Event Delivery: the sender asks whether it may send. It needs no token.',
  security: [],
  parameters: [
    sent('WebHook-Request-Origin', true, 'The host that identifies the sender.'),
    sent('WebHook-Request-Rate', false, 'Requests per minute that the sender would like to send.'),
  ],
  responses: {
    200: answer('The sender may send.', undefined, {
      Allow: header('The method that is expected.', 'POST'),
      'WebHook-Allowed-Origin': header('The host that asked.', 'eventgrid.azure.net'),
      'WebHook-Allowed-Rate': header('Any rate.', '*'),
    }),
    403: answer(
      `The host is not in CLOUDEVENTS_ALLOWED_ORIGINS ${codesOf(403)}.`,
      line('WebHook-Request-Origin is none of CLOUDEVENTS_ALLOWED_ORIGINS'),
    ),
    405: answer(
      'WebHook-Request-Origin is missing, so this is no handshake.',
      line('webhooks are sent by POST'),
    ),
  },
}

/** `HEAD /webhooks/intercom`. */
export const urlCheck = {
  operationId: 'checkUrl',
  summary: 'Answers the check of the URL that Intercom makes when it is saved',
  security: [],
  responses: { 200: answer('The URL is there.') },
}
