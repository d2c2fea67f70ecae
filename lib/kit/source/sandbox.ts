import type { Sandbox, SandboxResponse } from '../../offline/sandbox/sandbox.ts'

/** A person. With `at`, the id `at` answers as this person, as after a merge. */
type Stored = { readonly id: string; readonly at?: string }

/** A sandbox of the API for reading people. */
export function tallySandbox({ accessToken }: { readonly accessToken: string }): Sandbox {
  const people = new Map<string, Stored>()
  const answer = (path: string, authorization: string | undefined): SandboxResponse => {
    if (authorization !== `Bearer ${accessToken}`) return { status: 401, body: { error: 'unauthorized' } }
    const person = people.get(path)
    return person ? { status: 200, body: person } : { status: 404, body: { error: 'not found' } }
  }
  return {
    name: 'tally',
    handle: ({ path, headers }) => answer(path, headers['authorization']),
    records: () => [...people.values()],
    putRecord: (record) => {
      const person = record as Stored
      people.set(`/people/${person.at ?? person.id}`, person)
    },
  }
}
