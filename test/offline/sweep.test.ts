import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StackInfo } from '../../lib/offline/stack-file.ts'
import { sweepLeftovers } from '../../lib/offline/sweep.ts'

/** Above the highest process id on Linux. */
const gone = 4_194_304
const here = process.pid

const aStackInfo: StackInfo = {
  pid: here,
  url: '',
  lambdaUrl: '',
  dynamodbUrl: '',
  sqsUrl: '',
  region: '',
  linksTable: '',
  changesQueueUrl: '',
  deadLettersQueueUrl: '',
  manualDeadLettersQueueUrl: '',
  sandboxes: {},
  environment: {},
}

describe('sweeping leftovers', () => {
  let root: string
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'crm-pay-sync-sweep-'))
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  const path = (name: string) => join(root, '.offline', name)
  const write = (name: string, text: string) => {
    mkdirSync(join(path(name), '..'), { recursive: true })
    writeFileSync(path(name), text)
  }

  it('removes builds and stack files of processes that have ended', () => {
    write(`build-${gone}/bundles/functions/work.cjs`, 'secret')
    write('3000.json', JSON.stringify({ pid: gone, environment: { KEY: 'secret' } }))
    write('3001.json', '{"pid":')
    write(`3002.json.${gone}`, '{}')
    sweepLeftovers(root)
    for (const name of [`build-${gone}`, '3000.json', '3001.json', `3002.json.${gone}`]) {
      expect([name, existsSync(path(name))]).toEqual([name, false])
    }
  })

  it('keeps files of running processes and unrelated files', () => {
    const files = {
      [`build-${here}/bundles/functions/work.cjs`]: 'exports.handler = 1',
      '3000.json': JSON.stringify({ pid: here }),
      [`3001.json.${here}`]: '{}',
      'notes.txt': 'mine',
      'build-me': 'mine',
    }
    for (const [name, text] of Object.entries(files)) write(name, text)
    sweepLeftovers(root)
    for (const [name, text] of Object.entries(files)) expect(readFileSync(path(name), 'utf8')).toBe(text)
  })

  it('removes the log of a stack that ended more than a day ago', () => {
    const names = ['3000.log', '3000.log.1', '3001.log', '3002.log']
    for (const name of names) write(name, '{}')
    write('3001.json', JSON.stringify(aStackInfo))
    const old = new Date(Date.now() - 25 * 3_600_000)
    for (const name of ['3000.log', '3000.log.1', '3001.log']) utimesSync(path(name), old, old)
    sweepLeftovers(root)
    expect(names.filter((name) => existsSync(path(name)))).toEqual(['3001.log', '3002.log'])
  })

  it('does nothing when there is no folder', () => {
    sweepLeftovers(root)
    expect(existsSync(join(root, '.offline'))).toBe(false)
  })
})
