import { newSealingKey } from '../../lib/support/seal.ts'
import { keySealer } from '../../lib/support/sealer.ts'

const [oldKey, newKey] = [newSealingKey(), newSealingKey()]

function aStore(known: string | undefined, stored = known) {
  const store = { known, stored, reads: 0 }
  const sealer = keySealer({
    read: async () => store.known,
    readAgain: async () => {
      store.reads += 1
      store.known = store.stored
      return store.known
    },
  })
  return { store, sealer }
}

describe('keySealer', () => {
  it('opens texts sealed before and after a rotation', async () => {
    const before = await aStore(oldKey).sealer.seal({ name: 'Fatou' })
    const { sealer } = aStore(`${newKey},${oldKey}`)
    expect(await sealer.open(before)).toEqual({ name: 'Fatou' })
    expect(await sealer.open(await sealer.seal({ name: 'Awa' }))).toEqual({ name: 'Awa' })
  })

  it('reads the keys once more before it fails, because a warm function may hold the old ones', async () => {
    const sealed = await aStore(newKey).sealer.seal({ name: 'Fatou' })
    const { sealer, store } = aStore(oldKey, `${newKey},${oldKey}`)
    expect(await sealer.open(sealed)).toEqual({ name: 'Fatou' })
    expect(store.reads).toBe(1)
  })

  it('names the missing key, and opens the text once that key is back', async () => {
    const sealed = await aStore(oldKey).sealer.seal({ name: 'Fatou' })
    const { sealer, store } = aStore(newKey)
    await expect(sealer.open(sealed)).rejects.toMatchObject({
      name: 'RetryLater',
      code: 'SEALING_KEY_MISSING',
      counts: true,
      message: expect.stringContaining(sealed.split('.')[1] ?? ''),
    })
    store.stored = `${newKey},${oldKey}`
    expect(await sealer.open(sealed)).toEqual({ name: 'Fatou' })
  })

  it('permanently rejects a modified text', async () => {
    const { sealer } = aStore(oldKey)
    const sealed = await sealer.seal({ name: 'Fatou' })
    await expect(sealer.open(`${sealed.slice(0, -4)}AAAA`)).rejects.toMatchObject({
      name: 'Rejected',
      code: 'SEALED_DATA_DAMAGED',
    })
  })
})
