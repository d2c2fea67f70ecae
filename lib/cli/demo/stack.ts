import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { knownVariables, readGivenVariables } from '../../offline/environment.ts'
import { readStackFile, type StackInfo } from '../../offline/stack-file.ts'
import { CommandFailed } from '../../operator/errors.ts'
import { projectRoot } from '../../operator/stage/project-root.ts'

export type DemoStack = {
  readonly info: StackInfo
  /** Everything the stack has logged. */
  log(): string
  /** Never resolves after a signal: the process is ending, and later failures are caused by that. */
  interruption(): Promise<void>
  /** Stops it with SIGTERM. False when it had to be killed. */
  stop(): Promise<boolean>
}

const readyWithinMs = 60_000
const endsWithinMs = 8_000

/** Starts the stack as `npm start` does, on free ports and with sandboxes only. */
export async function startDemoStack({ verbose }: { readonly verbose: boolean }): Promise<DemoStack> {
  const child = spawn(process.execPath, [join(projectRoot, 'lib/cli/main.ts'), 'start'], {
    cwd: projectRoot,
    env: sandboxEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const killed = () => child.kill('SIGKILL')
  process.once('exit', killed)
  const interruption = endWithSignals(child)
  const lines: string[] = []
  const ready = readyPort(child, lines, verbose)
  try {
    const port = await ready
    const info = readStackFile(port, projectRoot)
    if (!info) throw new CommandFailed('the stack is ready, but its stack file is missing')
    return {
      info,
      log: () => lines.join('\n'),
      interruption,
      stop: async () => {
        process.off('exit', killed)
        return end(child)
      },
    }
  } catch (error) {
    await interruption()
    await end(child)
    if (!verbose) process.stderr.write(`${lines.join('\n')}\n`)
    throw error
  }
}

/** Ctrl-C, or a signal to this process alone: the stack ends first. */
function endWithSignals(child: ChildProcess): () => Promise<void> {
  let ending: Promise<void> | undefined
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.once(signal, () => {
      ending ??= new Promise(() => {})
      process.stderr.write('\ninterrupted: ending the stack\n')
      void end(child).then(() => process.exit(code))
    })
  }
  return async () => ending
}

/**
 * Without our variables and AWS's: a real key or address in the environment or `.env` would send invented customers to a real
 * account. An empty variable counts as unset.
 */
function sandboxEnvironment(): NodeJS.ProcessEnv {
  const isForAStack = (name: string) => knownVariables.includes(name) || name.startsWith('AWS_')
  const given = Object.keys(readGivenVariables(projectRoot))
  const blank = Object.fromEntries(given.filter(isForAStack).map((name) => [name, '']))
  return {
    ...process.env,
    ...blank,
    PORT: '0',
    // A change that must wait for another one is retried soon.
    RETRY_BASE_SECONDS: '1',
    // The demo shows its dead letters itself.
    RETRY_DEAD_LETTERS: 'false',
  }
}

async function readyPort(child: ChildProcess, lines: string[], verbose: boolean): Promise<number> {
  const found = new Promise<number>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line)
        if (verbose) process.stderr.write(`${line}\n`)
        const port = /^ready: http:\/\/127\.0\.0\.1:(\d+)$/.exec(line)?.[1]
        if (port) resolve(Number(port))
      })
    }
  })
  const ended = once(child, 'exit').then(([code]) => {
    throw new CommandFailed(`the stack ended (${code}) before it was ready`)
  })
  const late = sleep(readyWithinMs, undefined, { ref: false }).then(() => {
    throw new CommandFailed(`the stack was not ready within ${readyWithinMs / 1000} s`)
  })
  ended.catch(() => {})
  late.catch(() => {})
  return Promise.race([found, ended, late])
}

async function end(child: ChildProcess): Promise<boolean> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode === 0
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const late = sleep(endsWithinMs, undefined, { ref: false })
  await Promise.race([exited, late])
  if (child.exitCode === 0) return true
  if (child.exitCode === null) child.kill('SIGKILL')
  return false
}
