import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { readStackFile } from '../../../lib/offline/stack-file.ts'
import { signSample } from '../../../lib/operator/samples/sign-sample.ts'
import { projectRoot } from '../../../lib/operator/stage/project-root.ts'
import { contactSample } from '../world/contacts.ts'

/** A stack as `npm start` runs it, with its default settings, in a process of its own. */
export type BenchStack = {
  readonly pid: number
  readonly logFile: string
  /** Name → origin. */
  readonly sandboxes: Readonly<Record<string, string>>
  /** Sends the webhook of a new contact. Returns whether it was accepted: a door that is overloaded answers 503. */
  sendContact(index: number): Promise<boolean>
  stop(): Promise<void>
}

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
  return {
    pid,
    logFile,
    sandboxes,
    async sendContact(index) {
      const sample = contactSample({ index })
      const { headers } = signSample(sample, { variables: environment, publicUrl: info.url })
      const body = Buffer.from(sample.body)
      const response = await fetch(`${info.url}/webhooks/${sample.source}`, { method: 'POST', headers, body })
      await response.arrayBuffer()
      if (!response.ok && response.status < 500)
        throw new Error(`the webhook was answered ${response.status}`)
      return response.ok
    },
    async stop() {
      child.kill('SIGTERM')
      await ended
      rmSync(logFile, { force: true })
    },
  }
}
