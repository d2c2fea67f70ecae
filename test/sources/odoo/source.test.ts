import type { CustomerChange } from '../../../lib/core/model/change.ts'
import type { CrmSource } from '../../../lib/core/ports/crm-source.ts'
import { aChange, aWorld } from '../../fakes/world.ts'
import { aSource, halvesOf, startCrmSandbox } from '../../support/a-source.ts'
import { aRequest, bytes } from '../requests.ts'

const written = {
  _action: 'Send to app(#512)',
  _id: 14,
  _model: 'res.partner',
  name: 'Adjoua Koffi',
  phone: '+2250707123456',
  country_code: 'CI',
  write_date: '2026-06-01 12:59:59.500000',
}

/** The world's clock when the webhooks come. */
const receivedAt = '2026-06-01T13:00:00.000Z'

/** The messages that a webhook becomes. */
async function messagesOf(source: CrmSource, body: unknown, query = ''): Promise<CustomerChange[]> {
  const request = aRequest({ body: bytes(body), query, receivedAt: new Date(receivedAt) })
  const { changes = [] } = (await source.door?.readChanges(request)) ?? {}
  return changes.map(({ mergedIds: _, snapshot, ...change }) =>
    aChange({ ...change, receivedAt, ...(snapshot && { snapshot }) }),
  )
}

describe('Odoo without an API', () => {
  const source = aSource('odoo')
  const world = () => aWorld({ source: async () => source, canFetch: false })

  it('cannot be read or listed', () => {
    expect(source.fetchCustomers).toBeUndefined()
    expect(source.listChanged).toBeUndefined()
    expect(source.sendsSnapshots).toBe(true)
  })

  it('creates and updates customers from the webhooks alone', async () => {
    const it = world()
    expect(await it.sync(...(await messagesOf(source, written)))).toEqual([])
    const later = { ...written, email: false, name: 'Adjoua Kouassi', write_date: '2026-06-01 13:00:00' }
    expect(await it.sync(...(await messagesOf(source, later)))).toEqual([])
    expect(it.notchpay.calls).toEqual(['create', 'update'])
    expect([...it.notchpay.customers.values()]).toMatchObject([{ name: 'Adjoua Kouassi' }])
  })

  it('uses the last of several writes of one transaction, which have the same time', async () => {
    const it = world()
    const last = { ...written, name: 'Adjoua Kouassi' }
    await it.sync(...(await messagesOf(source, written)))
    await it.sync(...(await messagesOf(source, last)))
    expect([...it.notchpay.customers.values()]).toMatchObject([{ name: 'Adjoua Kouassi' }])
  })

  it('does not use an older write that comes later', async () => {
    const it = world()
    await it.sync(...(await messagesOf(source, { ...written, write_date: '2026-06-01 13:00:00' })))
    await it.sync(...(await messagesOf(source, { ...written, name: 'older' })))
    expect(it.notchpay.calls).toEqual(['create'])
  })

  it('closes a contact that was deleted, and an older change does not open it', async () => {
    const it = world()
    const [late] = await messagesOf(source, written)
    await it.sync(...(await messagesOf(source, written)))
    await it.sync(...(await messagesOf(source, written, 'event=deleted')))
    expect(it.link('notchpay', '14')?.state).toBe('closed')
    if (late) await it.sync(late)
    expect(it.link('notchpay', '14')?.state).toBe('closed')
  })

  it('dead-letters a webhook whose rule sends no fields, and says why', async () => {
    const it = world()
    await it.sync(...(await messagesOf(source, { _action: 'a', _id: 14, _model: 'res.partner' })))
    expect(it.parked).toMatchObject([{ failure: { code: 'CANNOT_FETCH' } }])
  })
})

describe('Odoo with an API', () => {
  it('reads a contact again whose transaction had not been committed', async () => {
    const { api, variables } = await startCrmSandbox(halvesOf('odoo'), [])
    const source = aSource('odoo', { variables })
    const world = aWorld({ source: async () => source })
    const messages = await messagesOf(source, written)
    expect(await world.sync(...messages)).toMatchObject([{ afterSeconds: 3 }])
    expect(world.links.items.size).toBe(0)
    const { _action, _model, _id: id, ...fields } = written
    api.sandbox.putRecord?.({ id, ...fields })
    world.advance(3)
    // The time is shown to the second: this may be another change of the same second.
    expect(await world.sync(...messages)).toMatchObject([{ afterSeconds: 12 }])
    expect(world.notchpay.calls).toEqual(['create'])
    world.advance(12)
    expect(await world.sync(...messages)).toEqual([])
    expect(world.notchpay.calls).toEqual(['create'])
    await api.close()
  })

  it('closes a contact once its deletion is committed', async () => {
    const { _action, _model, _id: id, ...fields } = written
    const { api, variables } = await startCrmSandbox(halvesOf('odoo'), [{ id, ...fields }])
    const source = aSource('odoo', { variables })
    const world = aWorld({ source: async () => source })
    await world.sync(...(await messagesOf(source, written)))
    const deletion = await messagesOf(source, written, 'event=deleted')
    expect(await world.sync(...deletion)).toMatchObject([{ afterSeconds: 3 }])
    expect(world.link('notchpay', '14')?.state).toBe('linked')
    api.sandbox.putRecord?.({ id, deleted: true })
    world.advance(3)
    expect(await world.sync(...deletion)).toEqual([])
    expect(world.link('notchpay', '14')?.state).toBe('closed')
    await api.close()
  })
})
