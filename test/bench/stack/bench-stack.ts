import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { readStackFile } from '../../lib/offline/stack-file.ts'
import { signSample } from '../../lib/operator/samples/sign-sample.ts'
import { projectRoot } from '../../lib/operator/stage/project-root.ts'

/** A stack as `npm start` runs it, with its default settings, in a process of its own. */
export type BenchStack = {
  readonly pid: number
  readonly logFile: string
  /** Replaces the faults of both providers. */
  setFaults(faults: readonly object[]): Promise<void>
  /** Sends the webhook of a new contact. Throws when it is not accepted. */
  sendContact(index: number): Promise<void>
  /** Customers of both providers. */
  countCustomers(): Promise<number>
  stop(): Promise<void>
}

const source = 'standard-webhooks'
const providers = ['notchpay', 'wooshpay'] as const

export async function startStack(): Promise<BenchStack> {
  const child = spawn(process.execPath, ['lib/cli/main.ts', 'start'], {
    cwd: projectRoot,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      PORT: '0',
      CONSOLE_PORT: '0',
      LOG_LEVEL: 'INFO',
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })
  let url: string | undefined
  for await (const line of lines) {
    url = /^ready: (\S+)$/.exec(line)?.[1]
    if (url) break
  }
  child.stdout.resume()
  const info = url ? readStackFile(Number(new URL(url).port), projectRoot) : null
  if (!info?.logFile) throw new Error('the stack did not start: run npm start to see why')
  const { environment, sandboxes, logFile, pid } = info
  const sandbox = (provider: string, path: string) => `${sandboxes[provider]}/_sandbox/${path}`
  return {
    pid,
    logFile,
    async setFaults(faults) {
      for (const provider of providers) {
        await post(sandbox(provider, 'faults'), JSON.stringify(faults), {
          'content-type': 'application/json',
        })
      }
    },
    async sendContact(index) {
      const body = aContact(index)
      const unsigned = {
        file: '',
        source,
        body,
        mediaType: 'application/json',
        headers: {},
        records: [],
        description: '',
      } as const
      const headers = signSample(unsigned, { variables: environment, publicUrl: info.url })
      await post(`${info.url}/webhooks/${source}`, body, headers)
    },
    async countCustomers() {
      const lists = await Promise.all(
        providers.map(async (it) => (await fetch(sandbox(it, 'records'))).json()),
      )
      return lists.flat().length
    },
    async stop() {
      child.kill('SIGTERM')
      await ended
      rmSync(logFile, { force: true })
    },
  }
}

/** Invented; every other one is routed to Notch Pay. */
function aContact(index: number): Buffer<ArrayBuffer> {
  const id = `bench-${index}`
  const country = index % 2 === 0 ? 'CM' : 'PH'
  const data = {
    id,
    name: 'Amina Diallo',
    email: `${id}@example.com`,
    address: { line1: `${id} Road`, country },
  }
  return Buffer.from(JSON.stringify({ type: 'contact.updated', timestamp: new Date().toISOString(), data }))
}

async function post(
  url: string,
  body: string | Buffer<ArrayBuffer>,
  headers: Record<string, string>,
): Promise<void> {
  const response = await fetch(url, { method: 'POST', headers, body })
  const text = await response.text()
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text}`)
}
