import { type RenewDeps, renewChannels } from '../../../lib/core/channels/renew-channels.ts'
import { Misconfigured } from '../../../lib/core/model/errors.ts'
import type { CrmSource } from '../../../lib/core/ports/crm-source.ts'

const now = new Date('2026-03-02T12:00:00.000Z')

function aWorld(crms: Readonly<Record<string, ((until: Date) => Promise<void>) | null>>) {
  const lines: (readonly [string, unknown])[] = []
  const note = (message: string, fields?: unknown) => void lines.push([message, fields])
  const deps: RenewDeps = {
    sources: Object.keys(crms),
    source: async (name) => {
      const renew = crms[name]
      return { ...(renew && { channels: { renew } }) } as CrmSource
    },
    clock: { now: () => now },
    log: { debug: note, info: note, warn: note, error: note },
  }
  return { lines, run: () => renewChannels(deps) }
}

describe('renewChannels', () => {
  it('renews the subscriptions that expire within a week', async () => {
    const renew = jest.fn(async () => {})
    const { run, lines } = aWorld({ zoho: renew })
    expect(await run()).toEqual({ renewed: ['zoho'] })
    expect(renew).toHaveBeenCalledWith(new Date('2026-03-09T12:00:00.000Z'))
    expect(lines).toEqual([['webhook subscriptions renewed', { source: 'zoho' }]])
  })

  it('leaves out a CRM that is not connected', async () => {
    const { run, lines } = aWorld({ zoho: null })
    expect(await run()).toEqual({ renewed: [] })
    expect(lines).toEqual([])
  })

  it('renews those of the other CRMs when one fails, and then fails itself so that the alarm is raised', async () => {
    const renew = jest.fn(async () => {})
    const failing = async () => {
      throw new Misconfigured('CRM_DENIED', 'Zoho issues no access token')
    }
    const { run, lines } = aWorld({ zoho: failing, another: renew })
    await expect(run()).rejects.toThrow('webhook subscriptions not renewed: zoho (CRM_DENIED)')
    expect(renew).toHaveBeenCalledTimes(1)
    expect(lines[0]).toEqual([
      'webhook subscriptions not renewed',
      { source: 'zoho', code: 'CRM_DENIED', reason: 'Zoho issues no access token' },
    ])
  })

  it('does not repeat the message of an unforeseen error, which may quote data', async () => {
    const { run, lines } = aWorld({ zoho: () => Promise.reject(new Error('ama@example.gh')) })
    await expect(run()).rejects.toThrow('webhook subscriptions not renewed: zoho (UNEXPECTED)')
    expect(JSON.stringify(lines)).not.toContain('example.gh')
  })
})
