import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export type PeerProcess = { readonly pid: number; stop(): Promise<void> }

const startLimitMs = 120_000
const stopLimitMs = 10_000

/** Starts a program and waits until it listens on the port. The error tells what it printed last. */
export async function startProcess(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  port: number,
): Promise<PeerProcess> {
  const { PATH, HOME } = process.env
  const child = spawn(file, args, { env: { PATH, HOME, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      printed = `${printed}${chunk}`.slice(-2000)
    })
  }
  let isRunning = true
  const ended = once(child, 'close')
    .catch((error) => {
      printed = String(error)
    })
    .finally(() => {
      isRunning = false
    })
  const stop = async () => {
    child.kill('SIGTERM')
    await Promise.race([ended, sleep(stopLimitMs, undefined, { ref: false })])
    if (isRunning) child.kill('SIGKILL')
  }
  const endsAt = Date.now() + startLimitMs
  while (!(await isListening(port))) {
    if (!isRunning || Date.now() > endsAt) {
      await stop()
      throw new Error(`${[file, ...args].join(' ')} did not start: ${printed}`)
    }
    await sleep(100)
  }
  return { pid: child.pid ?? 0, stop }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const end = (result: boolean) => {
      socket.destroy()
      resolve(result)
    }
    socket.on('connect', () => end(true)).on('error', () => end(false))
  })
}
