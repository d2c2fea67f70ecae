/**
 * What only the documentation of Till can tell. Each test fails until its facts are in the code: replace it by a test of them.
 * CONTRIBUTING.md, "Add a provider", says where each belongs.
 */
const missing = (what: string, where: string) => () => {
  throw new Error(`missing: ${what}. It belongs in ${where}`)
}

describe('the facts about Till', () => {
  it('where the API is, and whether test mode has another host', missing('the hosts', 'index.ts'))
  it('how a call is authenticated, and how a key tells its mode', missing('the key', 'provider.ts, readKey'))
  it(
    'whether a create can be repeated under a key, for how long, or how customers are searched',
    missing('how a lost create is settled', 'provider.ts, abilities.lostCreates'),
  )
  it('whether customers can be searched, deleted and blocked', missing('the calls', 'provider.ts, abilities'))
  it('which fields a customer has, and their limits', missing('the fields', 'schemas.ts and to-payload.ts'))
  it(
    'how a field is cleared, and whether metadata and addresses are merged or replaced',
    missing('the empty value', 'to-payload.ts'),
  )
  it('what an answer looks like', missing('the answers', 'schemas.ts, readCustomer'))
  it(
    'which statuses and errors it answers, and what they say about the call',
    missing('the errors', 'provider.ts, statuses and errors'),
  )
  it('what of a customer remains after an erasure', missing('the erasure', 'provider.ts, eraseCustomer'))
})
