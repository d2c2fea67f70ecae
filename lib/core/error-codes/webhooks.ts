import type { ErrorCodeTable } from './entry.ts'

const sameSecret =
  'Set the same secret in the CRM and in Parameter Store; a new value is read within five minutes.'
const clocks =
  'Check the clock of the sender. A request that was recorded and sent again later is refused on purpose.'

/** Why a webhook is refused; the status is that of the answer. */
export const webhookCodes = {
  NO_SECRET: {
    meaning: '401: no secret of this source is configured, so nothing can be verified.',
    fix: "Put the source's secret into `webhook/<NAME>` in Parameter Store.",
    appears: ['answered to the CRM'],
  },
  BAD_SECRET: {
    meaning:
      '503: `STANDARD_WEBHOOKS_SECRET` is not `whsec_` followed by base64, or `CLOSE_WEBHOOK_SECRET` is not hexadecimal.',
    fix: 'Correct the secret in Parameter Store. The sender sends the webhook again.',
    appears: ['answered to the CRM'],
  },
  SIGNATURE_MISSING: {
    meaning: '401: the request has no signature header, or lacks one of the headers that are signed.',
    fix: 'Check that the request comes from the CRM, and that no proxy removes headers.',
    appears: ['answered to the CRM'],
  },
  SIGNATURE_MALFORMED: {
    meaning: '401: the signature header is not in the format that the CRM documents.',
    fix: 'Check that the request comes from the CRM, and that no proxy changes headers.',
    appears: ['answered to the CRM'],
  },
  SIGNATURE_WRONG: {
    meaning: '401: the signature does not fit the body and the secret (at HubSpot, also the URL).',
    fix: `${sameSecret} For HubSpot, deploy with the \`webhookPublicUrl\` parameter if HubSpot was given another URL than API Gateway's own.`,
    appears: ['answered to the CRM'],
  },
  SIGNATURE_UNTIMED: {
    meaning:
      '401: HubSpot signed the request with v1 or v2 only. These versions carry no time, so such a request can be replayed.',
    fix: 'Use signature v3, or set `sources.hubspot.allowUntimedSignatures` to `true` in `sync.config.ts`.',
    appears: ['answered to the CRM'],
  },
  TIMESTAMP_MISSING: {
    meaning: '401: the header with the time of the signature is missing.',
    fix: 'Check that the request comes from the CRM, and that no proxy removes headers.',
    appears: ['answered to the CRM'],
  },
  TIMESTAMP_MALFORMED: {
    meaning: '401: the time of the signature is not a number.',
    fix: 'Check that the request comes from the CRM, and that no proxy changes headers.',
    appears: ['answered to the CRM'],
  },
  TIMESTAMP_OUT_OF_RANGE: {
    meaning: '401: the request was signed more than five minutes ago, or ahead of our clock.',
    fix: clocks,
    appears: ['answered to the CRM'],
  },
  CREDENTIALS_MISSING: {
    meaning:
      '401: the request has no credentials: an HTTP user and password (Pipedrive), a bearer token (CloudEvents), or the secret in its URL or its body (other CRMs).',
    fix: 'Set them where the webhook is set up at the sender.',
    appears: ['answered to the CRM'],
  },
  CREDENTIALS_WRONG: {
    meaning:
      '401: the HTTP user, the password, the token, the secret or the account in the request is wrong.',
    fix: sameSecret,
    appears: ['answered to the CRM'],
  },
  NOT_JSON: {
    meaning:
      '400, or [what the CRM needs](operations.md#answers-to-webhooks): the body is not JSON in UTF-8.',
    fix: 'Check the body that the sender makes.',
    appears: ['answered to the CRM'],
  },
  TOO_DEEP: {
    meaning:
      '400, or [what the CRM needs](operations.md#answers-to-webhooks): the JSON is nested too deeply.',
    fix: 'Check the body that the sender makes.',
    appears: ['answered to the CRM'],
  },
  BAD_FORMAT: {
    meaning:
      "400, or [what the CRM needs](operations.md#answers-to-webhooks): the body is not in the source's format. The answer names the field.",
    fix: 'Correct the field in the body that the sender makes. For a CRM this may be a change of its format: report it.',
    appears: ['answered to the CRM'],
  },
  UNKNOWN_SOURCE: {
    meaning: '404: there is no source of this name, or `sync.config.ts` does not list it.',
    fix: 'Check the last part of the URL and `sources` in `sync.config.ts`.',
    appears: ['answered to the CRM'],
  },
  ORIGIN_NOT_ALLOWED: {
    meaning:
      '403: a CloudEvents sender asked by OPTIONS whether it may send, and its host is not in `CLOUDEVENTS_ALLOWED_ORIGINS`.',
    fix: 'If you know the sender, deploy with `--param="cloudeventsAllowedOrigins=<host>"`, several separated by commas.',
    appears: ['answered to the CRM'],
  },
  METHOD_NOT_ALLOWED: {
    meaning: '405: webhooks are sent with POST.',
    fix: "Check the sender's settings.",
    appears: ['answered to the CRM'],
  },
  BODY_TOO_LARGE: {
    meaning: '413: the body is larger than 1 MiB.',
    fix: 'Let the sender send smaller batches.',
    appears: ['answered to the CRM'],
  },
  MEDIA_TYPE: {
    meaning:
      '415: the `Content-Type` is not one that the CRM uses. The answer names those that are expected.',
    fix: "Check the sender's settings.",
    appears: ['answered to the CRM'],
  },
} as const satisfies ErrorCodeTable
