import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { heapFlags } from './function-memory.ts'
import type { Task, Usage } from './function-process-protocol.ts'

export type RunningBundle = {
  /** Invokes the function with each event, one after the other. */
  invoke(events: readonly unknown[]): Promise<Usage>
  /** What loading the bundle took. */
  readonly load: Usage
  /** How much it has logged so far. */
  logBytes(): Promise<number>
  /** Ends the process at once, as if the machine had failed. */
  kill(): void
  close(): void
}

/** Loads the bundle in a process of its own, as Lambda would start it. */
export async function runFunction(
  file: string,
  variables: Readonly<Record<string, string>>,
): Promise<RunningBundle> {
  const child = fork(join(import.meta.dirname, 'function-process.ts'), {
    env: {
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
      AWS_LAMBDA_FUNCTION_NAME: 'bench',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      WEBHOOK_PUBLIC_URL: 'https://hooks.example.com',
      ...variables,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
    execArgv: ['--expose-gc', ...heapFlags()],
  })
  let logBytes = 0
  child.stdout?.on('data', (chunk: Buffer) => {
    logBytes += chunk.length
  })
  let complaints = ''
  child.stderr?.on('data', (chunk) => {
    complaints = `${complaints}${chunk}`.slice(-2000)
  })
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the function ended with exit code ${code}: ${complaints}`)
  })
  ended.catch(() => {})
  const waiting = new Map<number, (usage: Usage) => void>()
  child.on('message', (usage: Usage) => {
    waiting.get(usage.id)?.(usage)
    waiting.delete(usage.id)
  })
  let asked = 0
  const ask = (task: Task): Promise<Usage> => {
    asked += 1
    const id = asked
    child.send({ ...task, id })
    return Promise.race([new Promise<Usage>((resolve) => waiting.set(id, resolve)), ended])
  }
  const load = await ask({ kind: 'load', file })
  return {
    load,
    async logBytes() {
      // What is still in the pipe.
      await sleep(50)
      return logBytes
    },
    invoke: (events) => ask({ kind: 'invoke', events }),
    kill: () => void child.kill('SIGKILL'),
    close: () => child.disconnect(),
  }
}
