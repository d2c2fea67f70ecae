import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { aStack, type TestStack } from '../a-stack.ts'

let stack: TestStack
beforeAll(async () => {
  stack = await aStack()
})
afterAll(() => stack.close())

/** Calls `use` with the address that the command prints, then ends the command with the signal. */
function untilPrinted(signal: NodeJS.Signals, use: (url: string) => Promise<void>) {
  let isUsed = false
  return (child: ChildProcess) => {
    let output = ''
    child.stdout?.on('data', (chunk) => {
      output += chunk
      const [, url] = /^console: (\S+)\n/m.exec(output) ?? []
      if (!url || isUsed) return
      isUsed = true
      void use(url).finally(() => child.kill(signal))
    })
  }
}

describe('npm run console', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('serves the pages until %s', async (signal) => {
    const seen: string[] = []
    const open = untilPrinted(signal, async (url) => {
      for (const path of ['/', '/links', '/dead-letters', '/decisions', '/activity']) {
        const response = await fetch(`${url}${path}`)
        seen.push(`${response.status} ${/<h1>([^<]*)/.exec(await response.text())?.[1]}`)
      }
      // A stream that is open does not hold it up.
      seen.push(String((await fetch(`${url}/live/activity`)).status))
    })
    const ran = await stack.start(open, 'console')
    expect([ran.code, ran.stderr]).toEqual([0, ''])
    expect(ran.stdout).toMatch(/^console: http:\/\/127\.0\.0\.1:\d+\n$/)
    expect(seen).toEqual([
      '200 Overview',
      '200 Links',
      '200 Dead letters',
      '200 Decisions',
      '200 Activity',
      '200',
    ])
  })

  it('prints an address with a key where it was asked for, and lets in nobody without it', async () => {
    const seen: number[] = []
    const open = untilPrinted('SIGINT', async (url) => {
      const { origin } = new URL(url)
      seen.push((await fetch(origin)).status)
      const opened = await fetch(url, { redirect: 'manual' })
      const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? ''
      seen.push(opened.status, (await fetch(origin, { headers: { cookie } })).status)
    })
    const ran = await stack.start(open, 'console', '--key')
    expect(ran.stdout).toMatch(/^console: http:\/\/127\.0\.0\.1:\d+\/\?key=[\w-]{32}\n$/)
    expect(seen).toEqual([401, 303, 200])
  })

  describe('with a port of somebody else', () => {
    let other: Server
    let port: number
    beforeAll(async () => {
      other = createServer().listen(0, '127.0.0.1')
      await once(other, 'listening')
      port = (other.address() as AddressInfo).port
    })
    afterAll(() => other.close())

    it('ends with one plain line and exit code 2', async () => {
      const ran = await stack.start(() => {}, 'console', '--port', String(port))
      const line = `CONSOLE_PORT: 127.0.0.1:${port} is taken; set CONSOLE_PORT to another one, or to 0 for any\n`
      expect([ran.code, ran.stdout, ran.stderr]).toEqual([2, '', line])
    })
  })
})
