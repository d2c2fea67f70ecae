import { objectIds, sandboxWorkspace } from '../../../lib/sources/attio/sandbox.ts'
import { person, startAttio } from './api.ts'

let attio: Awaited<ReturnType<typeof startAttio>>
beforeEach(async () => {
  attio = await startAttio()
})
afterEach(() => attio.api.close())

const { people, companies, deals } = objectIds
const answer = (...listed: [id: string, slug: string | null][]) => ({
  data: listed.map(([object_id, api_slug]) => ({ id: { object_id }, api_slug })),
})

describe('the record of an Attio event', () => {
  it.each([
    [`changed:${people}:r1`, [{ ...person('r1'), kind: 'changed' }]],
    [`changed:${companies}:r1`, [{ ...person('r1'), recordType: 'company', kind: 'changed' }]],
    [`deleted:${people}:r1`, [{ ...person('r1'), kind: 'deleted' }]],
    [`merged:${people}:r1:r2`, [{ ...person('r1'), kind: 'merged', mergedIds: ['r2'] }]],
    [`merged:${people}:r1`, [{ ...person('r1'), kind: 'changed' }]],
    [`changed:${deals}:r1`, []],
    ['changed:unknown:r1', []],
    ['something else', []],
  ])('%s is %j', async (announced, records) => {
    expect(await attio.build().expand?.(person(announced))).toEqual(records)
  })

  it('is found with one call for all events, deals included', async () => {
    const { expand } = attio.build()
    const announced = [people, companies, deals, people].map((object) => person(`changed:${object}:r1`))
    expect((await Promise.all(announced.map((ref) => expand?.(ref)))).flat()).toHaveLength(3)
    await expand?.(person(`changed:${deals}:r2`))
    expect(attio.calls()).toEqual(['GET /v2/objects'])
  })

  it('is found when its object was switched on later', async () => {
    const { expand } = attio.build()
    attio.api.setFaults([{ effect: 'answer', status: 200, body: answer([people, 'people']), times: 1 }])
    expect(await expand?.(person(`changed:${companies}:r1`))).toEqual([])
    expect(await expand?.(person(`changed:${companies}:r1`))).toHaveLength(1)
  })

  it('is not looked for again in an object without a slug', async () => {
    const { expand } = attio.build()
    attio.api.setFaults([{ effect: 'answer', status: 200, body: answer(['custom', null]) }])
    for (const id of ['r1', 'r2']) expect(await expand?.(person(`changed:custom:${id}`))).toEqual([])
    expect(attio.calls()).toHaveLength(1)
  })

  it('is looked for again after a failure', async () => {
    const { expand } = attio.build()
    attio.api.setFaults([{ effect: 'answer', status: 403, times: 1 }])
    await expect(expand?.(person(`changed:${people}:r1`))).rejects.toMatchObject({ code: 'CRM_DENIED' })
    expect(await expand?.(person(`changed:${people}:r1`))).toHaveLength(1)
  })
})

describe('the workspace of an Attio token', () => {
  it('is that of its events', async () => {
    const { ownsAccount } = attio.build()
    expect(await ownsAccount(sandboxWorkspace)).toBe(true)
    expect(await ownsAccount('another')).toBe(false)
  })

  it('is not known of a token that is not active', async () => {
    attio.api.setFaults([{ effect: 'answer', status: 200, body: { active: false } }])
    await expect(attio.build().ownsAccount('any')).rejects.toMatchObject({ code: 'CRM_DENIED' })
  })
})
