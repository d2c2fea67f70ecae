import { injectableFaults } from '../../lib/offline/sandbox/faults.ts'
import type { SandboxRequest } from '../../lib/offline/sandbox/sandbox.ts'

const request = { method: 'POST', path: '/customers', body: '{}' } as SandboxRequest

describe('a fault of a sandbox', () => {
  it('hits a random share of the requests', () => {
    const draws = [0.09, 0.1, 0.5, 0.02]
    const faults = injectableFaults(() => draws.shift() ?? 1)
    faults.set([{ effect: 'reset', share: 0.1 }])
    const hits = [1, 2, 3, 4].map(() => faults.next(request)?.effect)
    expect(hits).toEqual(['reset', undefined, undefined, 'reset'])
    expect(faults.list()).toEqual([{ effect: 'reset', share: 0.1, hits: 2 }])
  })

  it('leaves the requests that it does not hit to the next fault', () => {
    const faults = injectableFaults(() => 0.5)
    faults.set([
      { effect: 'reset', share: 0.1 },
      { effect: 'answer', status: 503, share: 0.6 },
    ])
    expect(faults.next(request)).toMatchObject({ status: 503 })
  })

  it.each([-0.1, 1.1, '0.5'])('is refused with a share of %j', (share) => {
    const set = () => injectableFaults().set([{ effect: 'reset', share }])
    expect(set).toThrow('faults.0.share: expected a number from 0 to 1')
  })
})
