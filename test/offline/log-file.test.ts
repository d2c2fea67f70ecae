import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLogFile, placeOfLog, rotatedLog } from '../../lib/offline/log-file.ts'

let folder: string
let path: string
const complaints: string[] = []
const complain = (line: string) => void complaints.push(line)
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'crm-pay-sync-log-'))
  path = join(folder, '.offline/3000.log')
  complaints.length = 0
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const linesOf = (file: string) => readFileSync(file, 'utf8').split('\n')

describe('the log of the local stack', () => {
  it('has each line on disk at once, with the function that wrote it, for its owner only', () => {
    const log = openLogFile({ path, keep: false }, complain)
    log.add('syncCustomer', '{"message":"customer created"}')
    log.add('syncCustomer', 'no JSON')
    expect(linesOf(path)).toEqual([
      '{"functionName":"syncCustomer","message":"customer created"}',
      'no JSON',
      '',
    ])
    expect(statSync(path).mode & 0o777).toBe(0o600)
    log.close()
  })

  it('never grows beyond its limit, and keeps one older file', () => {
    const log = openLogFile({ path, keep: false }, complain, 25)
    for (let number = 1; number <= 5; number += 1) log.add('f', `line ${number}    `)
    log.close()
    expect(linesOf(rotatedLog(path))).toEqual(['line 3    ', 'line 4    ', ''])
    expect(linesOf(path)).toEqual(['line 5    ', ''])
    expect(complaints).toEqual([])
  })

  it('takes a line that is longer than the limit', () => {
    const log = openLogFile({ path, keep: false }, complain, 10)
    log.add('f', 'a line of its own')
    log.add('f', 'short')
    log.close()
    expect([linesOf(rotatedLog(path)), linesOf(path)]).toEqual([
      ['a line of its own', ''],
      ['short', ''],
    ])
  })

  it.each([
    [true, ['before', 'now', '']],
    [false, ['now', '']],
  ])('goes on with an earlier log only where the table is kept as well: %s', (keep, expected) => {
    mkdirSync(join(folder, '.offline'))
    for (const file of [path, rotatedLog(path)]) writeFileSync(file, 'before\n')
    const log = openLogFile({ path, keep }, complain)
    log.add('f', 'now')
    log.close()
    expect(linesOf(path)).toEqual(expected)
  })

  it('reports once that it cannot be written, and is written again when it can', () => {
    writeFileSync(join(folder, '.offline'), 'no folder')
    const log = openLogFile({ path, keep: false }, complain)
    for (const line of ['one', 'two']) log.add('f', line)
    expect(complaints).toEqual([
      expect.stringMatching(/^cannot write the log .*3000\.log \((ENOTDIR|EEXIST)\)$/),
    ])
    rmSync(join(folder, '.offline'))
    log.add('f', 'three')
    log.close()
    expect(linesOf(path)).toEqual(['three', ''])
    expect(complaints).toHaveLength(1)
  })

  it('lies beside the table where that is kept on disk', () => {
    const place = (dataDir?: string, dynamodbUrl?: string) =>
      placeOfLog(3000, { dataDir, dynamodbUrl }, folder)
    expect(place()).toEqual({ path, keep: false })
    expect(place('data')).toEqual({ path: join(folder, 'data/functions.log'), keep: true })
    expect(place('data', 'http://127.0.0.1:8000')).toEqual({ path, keep: false })
  })
})
