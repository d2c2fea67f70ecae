import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { type Ran, runNode } from '../support/run-node.ts'

const root = join(__dirname, '../..')

/** Runs a command as `npm run` does, in a process of its own. Nothing of this machine's `.env` or stack is used. */
export function runCommand(
  command: string,
  args: readonly string[],
  environment: Record<string, string> = {},
  onStart: (child: ChildProcess) => void = () => {},
): Promise<Ran> {
  return runNode(
    root,
    [join(root, 'lib/cli', `${command}.ts`), ...args],
    { ...process.env, INIT_CWD: root, PORT: '1', NO_COLOR: '1', ...environment },
    onStart,
  )
}
