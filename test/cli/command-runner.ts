import type { Ran } from '../support/run-node.ts'

export type CommandRequest = {
  readonly command: string
  readonly args: readonly string[]
  readonly environment: NodeJS.ProcessEnv
}

/**
 * Runs the commands that the parent sends, one after the other in this process: what a command imports is loaded once. Each
 * gets its own arguments, environment and output, and a command line built anew.
 */

let runs = 0

async function run({ command, args, environment }: CommandRequest): Promise<Ran> {
  const output = { stdout: '', stderr: '' }
  process.stdout.write = collectorOf((text) => (output.stdout += text))
  process.stderr.write = collectorOf((text) => (output.stderr += text))
  process.argv.splice(2, Number.POSITIVE_INFINITY, command, ...args)
  process.env = environment
  runs += 1
  await import(`../../lib/cli/main.ts?run=${runs}`)
  const code = Number(process.exitCode ?? 0)
  process.exitCode = undefined
  // A process of its own would have ended with them.
  for (const stream of [process.stdout, process.stderr]) stream.removeAllListeners('error')
  for (const signal of ['SIGINT', 'SIGTERM']) process.removeAllListeners(signal)
  return { code, ...output }
}

function collectorOf(collect: (text: string) => void): typeof process.stdout.write {
  return (chunk: string | Uint8Array, ...rest: unknown[]) => {
    collect(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'))
    const done = rest.at(-1)
    if (typeof done === 'function') process.nextTick(done as () => void)
    return true
  }
}

let last: Promise<unknown> = Promise.resolve()
process.on('message', (request: CommandRequest) => {
  last = last.then(async () => process.send?.(await run(request)))
})
