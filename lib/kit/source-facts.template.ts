/**
 * What only the documentation of Tally can tell. Each test fails until its facts are in the code: replace it by a test of them.
 * CONTRIBUTING.md, "Add a CRM", says where each belongs.
 */
const missing = (what: string, where: string) => () => {
  throw new Error(`missing: ${what}. It belongs in ${where}`)
}

describe('the facts about Tally', () => {
  it('how a webhook is signed, by the published vectors', missing('the signature', 'signature.ts'))
  it(
    'which events there are, and what each contains',
    missing('the events', 'schemas.ts and read-changes.ts'),
  )
  it('what a deletion, a merge and a privacy deletion look like', missing('these events', 'read-changes.ts'))
  it(
    'how often and how long a webhook is repeated, and what it takes for success',
    missing('the answers', 'source.ts'),
  )
  it('how a record is read, and the limits of the API', missing('the calls', 'fetch-customers.ts'))
  it('which call lists what changed since a time', missing('the call, if there is one', 'list-changed.ts'))
  it('which fields a record has, and what an empty one looks like', missing('the fields', 'to-customer.ts'))
  it('which account a token belongs to', missing('the call, if there is one', 'source.ts, ownsAccount'))
})
