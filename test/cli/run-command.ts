import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { type Ran, runNode } from '../support/run-node.ts'
import type { CommandRequest } from './command-runner.ts'

const root = join(__dirname, '../..')

/** As `npm run` would have it. Nothing of this machine's `.env` or stack is used. */
const environmentOf = (command: string, given: Readonly<Record<string, string>>) => ({
  ...process.env,
  npm_command: 'run-script',
  npm_lifecycle_event: command,
  INIT_CWD: root,
  PORT: '1',
  NO_COLOR: '1',
  ...given,
})

let runner: ChildProcess | undefined
const waiting: PromiseWithResolvers<Ran>[] = []
afterAll(async () => {
  if (runner?.kill()) await once(runner, 'close')
})

/** Runs a command to its end, in a process that runs all commands of this test file. */
export function runCommand(
  command: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Ran> {
  runner ??= startRunner()
  const request: CommandRequest = { command, args, environment: environmentOf(command, environment) }
  const outcome = Promise.withResolvers<Ran>()
  waiting.push(outcome)
  runner.send(request)
  return outcome.promise
}

function startRunner(): ChildProcess {
  const child = fork(join(__dirname, 'command-runner.ts'), {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let errors = ''
  child.stderr?.on('data', (chunk) => (errors += chunk))
  child.on('message', (ran: Ran) => waiting.shift()?.resolve(ran))
  child.once('close', () => {
    for (const { reject } of waiting) reject(new Error(`the command ended its process: ${errors}`))
  })
  return child
}

/** Runs a command in a process of its own. `onStart` gets the process, to close its pipes or to send it a signal. */
export function startCommand(
  command: string,
  args: readonly string[],
  environment: Record<string, string> = {},
  onStart: (child: ChildProcess) => void = () => {},
): Promise<Ran> {
  return runNode(
    root,
    [join(root, 'lib/cli/main.ts'), command, ...args],
    environmentOf(command, environment),
    onStart,
  )
}
