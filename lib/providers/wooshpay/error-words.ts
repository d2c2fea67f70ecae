import type { ErrorWords } from '../known-words.ts'

/**
 * The errors of WooshPay: its types are documented (https://docs.wooshpay.com, "API Introduction"), its messages are not.
 * That it words them, and calls further types, as Stripe does is a guess.
 */
export const errorWords: ErrorWords = {
  sentences: ['No valid API key provided', 'No such customer'],
  fields:
    `address city country currency customer data description email id limit line1 line2 metadata name page
    payment_method phone postal_code shipping state`.split(/\s+/),
  types: [
    'api_error',
    'card_error',
    'idempotency_error',
    'invalid_request_error',
    'authentication_error',
    'permission_error',
    'rate_limit_error',
  ],
}
