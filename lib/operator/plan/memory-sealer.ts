import type { Sealer } from '../../core/ports/sealer.ts'

/** What it seals leaves no memory, so that needs no key. What others have sealed is opened by `stored`. */
export function memorySealer(stored: Pick<Sealer, 'open'>): Sealer {
  const sealed = new Map<string, unknown>()
  return {
    async seal(value) {
      const name = `plan.${sealed.size}`
      sealed.set(name, value)
      return name
    },
    open: async (name) => (sealed.has(name) ? sealed.get(name) : stored.open(name)),
  }
}
