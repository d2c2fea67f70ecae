/** Where a code is met: in a dead letter, in the log line of a retry, in an answer to the CRM, in a command's refusal, or in the log of `reconcile`. */
export type Appearance =
  | 'dead letter'
  | 'retried automatically'
  | 'answered to the CRM'
  | 'command refusal'
  | 'log of reconcile'

/** One error code, as docs/errors.md explains it. `meaning` and `fix` are sentences in Markdown. */
type ErrorCodeEntry = {
  readonly meaning: string
  readonly fix: string
  readonly appears: readonly [Appearance, ...Appearance[]]
}
export type ErrorCodeTable = Readonly<Record<string, ErrorCodeEntry>>

const attachOrForget =
  '`npm run links -- attach <record id> <provider> <customer id>`, or `npm run links -- forget <record id>` if there is none'

/** What to do where only an operator can say which provider customer is meant. */
export const chooseCustomer = `Find the customer in the provider's dashboard. Then run ${attachOrForget}, and redrive.`
/** What to do about a failure that ends without an operator. */
export const nothingToDo = 'Nothing: it is retried automatically.'
/** What happens to changes once a wrong setting is fixed. */
export const thenContinues = 'Changes wait meanwhile and continue automatically.'
