import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { showAddresses, writeEnvFile } from '../../lib/offline/stack-addresses.ts'
import { type StackInfo, writeStackFile } from '../../lib/offline/stack-file.ts'

const stack: StackInfo = {
  pid: process.pid,
  url: 'http://127.0.0.1:3000',
  lambdaUrl: 'http://127.0.0.1:3002',
  dynamodbUrl: 'http://127.0.0.1:8000',
  sqsUrl: 'http://127.0.0.1:9324',
  region: 'us-east-1',
  linksTable: "it's $HOME",
  changesQueueUrl: 'http://127.0.0.1:9324/0/changes.fifo',
  deadLettersQueueUrl: 'http://127.0.0.1:9324/0/changes-dlq.fifo',
  manualDeadLettersQueueUrl: 'http://127.0.0.1:9324/0/changes-dlq-manual.fifo',
  logFile: '/home/ada/.offline/3000.log',
  sandboxes: { notchpay: 'http://127.0.0.1:4000', 'standard-webhooks': 'http://127.0.0.1:4001' },
  environment: { NOTCHPAY_PUBLIC_KEY: 'pk_secret' },
}

describe('.offline/env', () => {
  let root: string
  let file: string
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'crm-pay-sync-env-'))
    file = join(root, '.offline/env')
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  it('gives a shell that sources it every address, whatever is in it', () => {
    writeEnvFile(stack, root)
    const script = `. "${file}"; printf '%s\n' "$DOOR" "$NOTCHPAY" "$STANDARD_WEBHOOKS" "$LINKS_TABLE" "$AWS_ENDPOINT_URL_SQS"`
    expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' }).trimEnd().split('\n')).toEqual([
      stack.url,
      'http://127.0.0.1:4000',
      'http://127.0.0.1:4001',
      "it's $HOME",
      stack.sqsUrl,
    ])
  })

  it('holds no secret and is readable by its owner only', () => {
    writeEnvFile(stack, root)
    expect(readFileSync(file, 'utf8')).not.toContain('pk_secret')
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('is removed by the stack that wrote it, unless a later one has replaced it', () => {
    const removeFirst = writeEnvFile(stack, root)
    const removeSecond = writeEnvFile({ ...stack, pid: 4_194_304, url: 'http://127.0.0.1:3100' }, root)
    removeFirst()
    expect(readFileSync(file, 'utf8')).toContain('export DOOR=http://127.0.0.1:3100\n')
    removeSecond()
    expect(existsSync(file)).toBe(false)
  })

  it('is handed back to a stack that goes on, when a later one ends', () => {
    const removeStackFile = writeStackFile(3000, stack, root)
    const removeFirst = writeEnvFile(stack, root)
    const removeSecond = writeEnvFile({ ...stack, pid: 4_194_304, url: 'http://127.0.0.1:3100' }, root)
    removeSecond()
    expect(readFileSync(file, 'utf8')).toContain('export DOOR=http://127.0.0.1:3000\n')
    removeStackFile()
    removeFirst()
    expect(existsSync(file)).toBe(false)
  })
})

it('the addresses are shown one a line, by the names that the file sets', () => {
  const lines = showAddresses(stack).split('\n')
  expect(lines).toContain('NOTCHPAY                       http://127.0.0.1:4000')
  expect(lines).toContain('LOG_FILE                       /home/ada/.offline/3000.log')
  expect(lines.at(-1)).toBe('In a shell: source .offline/env')
})
