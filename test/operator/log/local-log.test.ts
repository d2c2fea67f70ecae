import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLogFile, rotatedLog } from '../../../lib/offline/log-file.ts'
import { localLog } from '../../../lib/operator/log/local-log.ts'
import { openLogCursor } from '../../../lib/operator/log/log-cursor.ts'
import type { LogEntry } from '../../../lib/operator/log/log-entry.ts'
import { openLog } from '../../../lib/operator/log/open-log.ts'
import { aLine } from './a-line.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'crm-pay-sync-log-'))
  file = join(folder, '3000.log')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const write = (...lines: string[]) => appendFileSync(file, lines.map((line) => `${line}\n`).join(''))
const find = async (query = {}) => (await localLog(file).find(query)).entries
const ref = { source: 'hubspot', account: '33', recordType: 'contact', recordId: '501' }
const minute = (number: number) => Date.parse('2026-03-01T08:00:00Z') + number * 60_000

describe('finding in the log of the local stack', () => {
  it('returns the older file’s entries first, with every field that is known', async () => {
    writeFileSync(
      rotatedLog(file),
      `${aLine('change queued', { ...ref, eventIds: ['e1'], kind: 'changed' })}\n`,
    )
    write(
      aLine('customer created', {
        ...ref,
        functionName: 'syncCustomer',
        provider: 'notchpay',
        latencyMs: 812,
      }),
    )
    expect(await find()).toMatchObject([
      { event: 'changeQueued', ...ref, eventIds: ['e1'], kind: 'changed', provider: null },
      { event: 'customerCreated', functionName: 'syncCustomer', latencyMs: 812, eventIds: [], code: null },
    ])
  })

  it('is how the log of a local stage is read, where it keeps one', async () => {
    write(aLine('customer created'))
    const log = await openLog({ logs: { file } })
    expect((await log?.find({}))?.entries).toHaveLength(1)
    expect(await openLog({ logs: null })).toBeNull()
  })

  it('is empty where there is no log yet', async () => {
    expect(await localLog(file).find({})).toEqual({ entries: [], incomplete: null })
  })

  it('leaves out metrics, foreign lines and what cannot be read, and keeps messages that it does not know', async () => {
    write('{"_aws":{"Timestamp":1},"CustomersCreated":1}', 'Error: boom', '{"half":', '[]', 'null', '{}')
    write(aLine('x'.repeat(3_000_000)), aLine('a message of a later release'))
    appendFileSync(file, aLine('half written').slice(0, -5))
    expect(await find()).toMatchObject([{ message: 'a message of a later release', event: null }])
  })

  it('reads a field of an unexpected type as absent', async () => {
    write(aLine('customer created', { recordId: 7, latencyMs: 'soon', eventIds: 'e1', reason: ['x'] }))
    expect(await find()).toMatchObject([{ recordId: null, latencyMs: null, eventIds: [], reason: null }])
  })

  it('keeps characters whole wherever a read ends', async () => {
    write(...Array.from({ length: 30 }, (_, index) => aLine(`${index} ${'€'.repeat(20_000)}`)))
    const entries = await find()
    expect(entries.map(({ message }) => message)).toEqual(
      Array.from({ length: 30 }, (_, index) => `${index} ${'€'.repeat(20_000)}`),
    )
  })

  it.each([
    [{ record: ref }, ['a', 'c']],
    [{ record: { recordId: '501' } }, ['a', 'b', 'c']],
    [{ record: { ...ref, account: '34' } }, ['b']],
    [{ eventId: 'e2' }, ['b', 'c']],
    [{ providerCustomerId: 'cus_1' }, ['c']],
    [{ requestId: 'r1' }, ['a']],
    [{ requestId: 'r1', eventId: 'e2' }, []],
    [{ since: new Date(minute(2)) }, ['b', 'c', 'd']],
    [{ until: new Date(minute(2)) }, ['a']],
    [{ record: { recordId: '(not a plain id)' } }, ['d']],
  ])('%j finds %j', async (query, expected) => {
    write(
      aLine('d', { recordId: '(not a plain id)' }, minute(4)),
      aLine('a', { ...ref, requestId: 'r1', eventIds: ['e1'] }, minute(1)),
      aLine('b', { ...ref, account: '34', eventIds: ['e1', 'e2'] }, minute(2)),
      aLine('c', { ...ref, eventIds: ['e2'], providerCustomerId: 'cus_1' }, minute(3)),
    )
    expect((await find(query)).map(({ message }) => message)).toEqual(expected)
  })

  it('returns the newest where there are more than were asked for, and says so', async () => {
    write(...['a', 'b', 'c'].map((message, index) => aLine(message, {}, minute(index))))
    const { entries, incomplete } = await localLog(file).find({ limit: 2 })
    expect(entries.map(({ message }) => message)).toEqual(['b', 'c'])
    expect(incomplete).toBe('only the last 2 of 3 entries')
  })

  it('names the file that cannot be read', async () => {
    mkdirSync(file)
    await expect(find()).rejects.toThrow(/^.*3000\.log cannot be read \(EISDIR\)$/)
  })
})

describe('following the log of the local stack', () => {
  it('yields each new line exactly once, also across rotations', async () => {
    const log = openLogFile({ path: file, keep: false }, (line) => expect(line).toBeNull(), 400)
    const cursor = await openLogCursor(file, 'end')
    const seen: string[] = []
    let written = 0
    const add = (count: number) => {
      for (let end = written + count; written < end; written += 1) log.add('f', `line ${written}`.padEnd(60))
    }
    const read = async () => {
      for await (const lines of cursor.read()) seen.push(...lines.map((line) => line.trim()))
    }
    // Six lines fill a file: none, one or two rotations between two reads, at every place in a file.
    for (const count of [1, 0, 5, 1, 6, 2, 7, 3, 12, 4, 8, 6, 6, 12]) {
      add(count)
      await read()
    }
    await cursor.close()
    log.close()
    expect(seen).toEqual(Array.from({ length: written }, (_, index) => `line ${index}`))
  })

  it('begins with what is logged from now on, and waits for the end of a half-written line', async () => {
    write(aLine('before'))
    const cursor = await openLogCursor(file, 'end')
    const read = async () => (await Array.fromAsync(cursor.read())).flat()
    const line = aLine('now')
    appendFileSync(file, line.slice(0, 20))
    expect(await read()).toEqual([])
    appendFileSync(file, `${line.slice(20)}\n`)
    expect(await read()).toEqual([line])
    await cursor.close()
  })

  it('begins with a log that is made later, emptied or made anew', async () => {
    const cursor = await openLogCursor(file, 'end')
    const read = async () => (await Array.fromAsync(cursor.read())).flat()
    expect(await read()).toEqual([])
    write('first', 'second')
    expect(await read()).toEqual(['first', 'second'])
    writeFileSync(file, 'emptied\n')
    expect(await read()).toEqual(['emptied'])
    rmSync(file)
    expect(await read()).toEqual([])
    write('made anew')
    expect(await read()).toEqual(['made anew'])
    await cursor.close()
  })

  it('ends when it is aborted', async () => {
    const stop = new AbortController()
    write(aLine('before'))
    const seen: LogEntry[] = []
    const following = (async () => {
      for await (const entry of localLog(file).follow(stop.signal)) {
        seen.push(entry)
        stop.abort()
      }
    })()
    // Whenever the follower has opened the file, a later line is new to it.
    while (seen.length === 0) {
      write(aLine('now'))
      await new Promise(setImmediate)
    }
    await following
    expect(seen[0]).toMatchObject({ message: 'now' })
  })
})
