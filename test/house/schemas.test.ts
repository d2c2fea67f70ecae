import type * as Zod from 'zod'

/** What builds a schema with parts, which costs the most. */
const composed = ['object', 'looseObject', 'strictObject'] as const
const built: string[] = []

jest.mock('zod', () => {
  const zod = jest.requireActual<typeof Zod>('zod')
  const counted =
    (name: (typeof composed)[number]) =>
    (...given: never[]) => {
      const caller = new Error().stack?.split('\n').find((line) => line.includes('/schemas.ts'))
      if (caller) built.push(/lib\/.*\/schemas\.ts/.exec(caller)?.[0] ?? caller)
      return (zod[name] as (...args: never[]) => unknown)(...given)
    }
  return { ...zod, ...Object.fromEntries(composed.map((name) => [name, counted(name)])) }
})

/** What other sources share and extend is built at once. */
const shared = ['generic', 'standard-webhooks', 'cloudevents']

// A deployment follows one or two CRMs, and a cold start would pay for the schemas of all.
it('the schemas of a source or provider are built when they are first used', async () => {
  await import('../../lib/sources/registry.ts')
  await import('../../lib/providers/registry.ts')
  const folders = new Set(built.map((file) => file.split('/').at(-2)))
  expect([...folders].toSorted()).toEqual(shared.toSorted())
  expect(built.length).toBeLessThanOrEqual(8)
})
