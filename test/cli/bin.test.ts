import { type ChildProcess, execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import packageJson from '../../package.json' with { type: 'json' }
import { ownEnvironment } from '../offline/own-environment.ts'
import { type Ran, runNode } from '../support/run-node.ts'

const root = join(__dirname, '../..')
const bin = join(root, packageJson.bin['crm-pay-sync'])

type Interpreter = { readonly program: string; readonly args: readonly string[] }

/** This Node.js, taken for that of another machine. */
function disguised(machine: Partial<typeof process>): Interpreter {
  const script = `for (const [name, value] of Object.entries(${JSON.stringify(machine)})) Object.defineProperty(process, name, { value })`
  return {
    program: process.execPath,
    args: ['--import', `data:text/javascript,${encodeURIComponent(script)}`],
  }
}

/** The Node.js of the machine, where it has one that is too old for the project itself. */
function findOldNode(): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(':')
    .filter((folder) => !folder.includes('node_modules'))
    .map((folder) => join(folder, 'node'))
    .filter((path) => existsSync(path))
    .find((path) => /^v(18|2[0-3])\./.test(execFileSync(path, ['-v'], { encoding: 'utf8' })))
}

const oldNode = findOldNode()
const interpreters: readonly (readonly [string, Interpreter])[] = [
  ['Node.js 24', { program: process.execPath, args: [] }],
  ['a Node.js 18', disguised({ version: 'v18.20.8' })],
  ...(oldNode ? [['the Node.js of this machine', { program: oldNode, args: [] }] as const] : []),
]

function runBin(
  { program, args: before }: Interpreter,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  onStart?: (child: ChildProcess) => void,
): Promise<Ran> {
  const variables = { ...ownEnvironment(), PORT: '1', NO_COLOR: '1', ...environment }
  return runNode(root, [...before, bin, ...args], variables, onStart, program)
}

describe.each(interpreters)('crm-pay-sync on %s', (_, interpreter) => {
  it('runs a command, whose output is its own', async () => {
    const { code, stdout, stderr } = await runBin(interpreter, [
      'replay',
      'events/hubspot/contact.creation.json',
      '--as-lambda-event',
    ])
    expect([code, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout)).toMatchObject({ rawPath: '/webhooks/hubspot' })
  })

  it('ends with the exit code of the command', async () => {
    const line = 'no local stack is running on port 1: start one with npm start, or give --stage\n'
    expect(await runBin(interpreter, ['links', 'list'])).toEqual({ code: 2, stdout: '', stderr: line })
  })

  it('prints its help, and ends with 2, without a command', async () => {
    const { code, stdout, stderr } = await runBin(interpreter, [])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^Usage: crm-pay-sync <command> \[options\]\n/)
  })

  it('lets a command that is interrupted finish what it has begun', async () => {
    let command: ChildProcess | undefined
    const door = await listen((_request, response) => {
      command?.kill('SIGINT')
      response.writeHead(202).end()
    })
    const sample = 'events/hubspot/contact.creation.json'
    const { code, stdout } = await runBin(
      interpreter,
      ['replay', sample, '--times', '999999', '--url', door.url, '--json'],
      {},
      (child) => {
        command = child
      },
    )
    door.close()
    expect(code).toBe(130)
    expect(JSON.parse(stdout)).toMatchObject({ refused: 0, unsent: expect.any(Number) })
  })

  it('ends by the signal that ends the command', async () => {
    let command: ChildProcess | undefined
    const table = await listen(() => command?.kill('SIGTERM'))
    const environment = { AWS_ENDPOINT_URL_DYNAMODB: table.url, AWS_ENDPOINT_URL_SQS: table.url }
    const { stdout, stderr } = await runBin(interpreter, ['links', 'list'], environment, (child) => {
      command = child
    })
    table.close()
    expect([command?.signalCode, stdout, stderr]).toEqual(['SIGTERM', '', ''])
  })
})

describe('crm-pay-sync', () => {
  const folders = mkdtempSync(join(tmpdir(), 'crm-pay-sync-bin-'))
  afterAll(() => rmSync(folders, { recursive: true }))

  it('is what npx runs, from any folder of the project and without the registry', async () => {
    const environment = {
      ...ownEnvironment(),
      HOME: folders,
      npm_config_registry: 'http://127.0.0.1:1',
      npm_config_update_notifier: 'false',
    }
    const folder = join(root, 'lib/core')
    const ran = await runNode(folder, ['crm-pay-sync', 'lnks'], environment, () => {}, 'npx')
    expect(ran).toEqual({ code: 2, stdout: '', stderr: 'unknown command lnks: did you mean links?\n' })
  })

  it('says which Node.js to install where npm has none for the machine', async () => {
    const machine = disguised({ version: 'v20.1.0', arch: 's390x', platform: 'linux' })
    const { code, stdout, stderr } = await runBin(machine, ['--version'])
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(
      /^Node\.js 24 is needed, but this is v20\.1\.0 and [^\n]* for linux-s390x: install [^\n]*\n$/,
    )
  })

  it('says that npm ci comes first', async () => {
    for (const path of ['bin', 'lib/cli/own-node.mjs', 'package.json']) {
      mkdirSync(join(folders, path, '..'), { recursive: true })
      cpSync(join(root, path), join(folders, path), { recursive: true })
    }
    const copy = join(folders, packageJson.bin['crm-pay-sync'])
    const { code, stdout, stderr } = await runNode(folders, [copy, 'demo'], ownEnvironment())
    expect([code, stdout, stderr]).toEqual([
      1,
      '',
      expect.stringMatching(/^no packages are installed: run npm ci in [^\n]*\n$/),
    ])
  })
})

async function listen(answer: RequestListener): Promise<{ url: string; close(): void }> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
