import { BadInput } from '../../../lib/operator/errors.ts'
import { readPart } from '../../../lib/operator/status/read-part.ts'

describe('a part of the status', () => {
  const reasons: string[] = []
  const fail = (reason: string) => void reasons.push(reason)
  beforeEach(() => void reasons.splice(0))

  it('is what was read', async () => {
    expect([await readPart(10, async () => 7, fail), reasons]).toEqual([7, []])
  })

  it('is null with the reason when it takes too long, and its work is told to stop', async () => {
    let given: AbortSignal | undefined
    const work = (signal: AbortSignal) => {
      given = signal
      return new Promise<number>(() => {})
    }
    expect(await readPart(0, work, fail)).toBeNull()
    expect([given?.aborted, reasons]).toEqual([true, ['no answer within 0 seconds']])
  })

  it('is null with the reason when it fails, except for bad input', async () => {
    expect(await readPart(10, () => Promise.reject(new Error('broken')), fail)).toBeNull()
    expect(reasons).toEqual(['Error: broken'])
    const asked = readPart(10, () => Promise.reject(new BadInput('no stage')), fail)
    await expect(asked).rejects.toThrow('no stage')
  })
})
