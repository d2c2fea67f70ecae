import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readStackFile, type StackInfo, writeStackFile } from '../../lib/offline/stack-file.ts'

const aStack = (over: Partial<StackInfo> = {}): StackInfo => ({
  pid: process.pid,
  url: 'http://127.0.0.1:3000',
  lambdaUrl: 'http://127.0.0.1:3002',
  dynamodbUrl: 'http://127.0.0.1:8000',
  sqsUrl: 'http://127.0.0.1:9324',
  region: 'us-east-1',
  linksTable: 'links',
  changesQueueUrl: 'http://127.0.0.1:9324/0/changes.fifo',
  deadLettersQueueUrl: 'http://127.0.0.1:9324/0/changes-dlq.fifo',
  manualDeadLettersQueueUrl: 'http://127.0.0.1:9324/0/changes-dlq-manual.fifo',
  sandboxes: {},
  environment: {},
  ...over,
})

describe('the word a running stack leaves', () => {
  let root: string
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'crm-pay-sync-stack-'))
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  it('is found by the port of its HTTP door, for as long as it is up', () => {
    const remove = writeStackFile(3000, aStack(), root)
    expect(readStackFile(3000, root)).toEqual(aStack())
    expect(readStackFile(3001, root)).toBeNull()
    remove()
    expect(readStackFile(3000, root)).toBeNull()
  })

  it('is not removed when a later stack on the port has replaced it', () => {
    const remove = writeStackFile(3000, aStack({ pid: 4_194_304 }), root)
    writeStackFile(3000, aStack(), root)
    remove()
    expect(readStackFile(3000, root)).toEqual(aStack())
  })

  it('can be read by its owner alone, since it holds secrets', () => {
    writeStackFile(3000, aStack(), root)
    expect(statSync(join(root, '.offline/3000.json')).mode & 0o777).toBe(0o600)
  })

  it('counts for nothing when its process is gone', () => {
    writeStackFile(3000, aStack({ pid: 4_194_304 }), root)
    expect(readStackFile(3000, root)).toBeNull()
  })

  it('counts for nothing when it is half written', () => {
    writeStackFile(3000, aStack(), root)
    writeFileSync(join(root, '.offline/3000.json'), '{"pid":')
    expect(readStackFile(3000, root)).toBeNull()
  })
})
