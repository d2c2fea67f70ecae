import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { ownEnvironment } from './own-environment.ts'

export const root = join(__dirname, '../..')
export const serverless = createRequire(__filename).resolve('serverless/bin/serverless.js')

export type Run = {
  readonly process: ChildProcess
  readonly lines: string[]
  readonly errors: string[]
  readonly ended: Promise<number | null>
}

/** Runs node, or `program`, with the arguments in a process group of its own. */
export function run(
  args: readonly string[],
  environment: Record<string, string>,
  program: string = process.execPath,
): Run {
  const child = spawn(program, args, {
    cwd: root,
    env: { ...ownEnvironment(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const lines: string[] = []
  const errors: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  createInterface({ input: child.stderr }).on('line', (line) => errors.push(line))
  return { process: child, lines, errors, ended: once(child, 'close').then(([code]) => code) }
}

export async function untilReady(stack: Run): Promise<string> {
  while (stack.process.exitCode === null && stack.process.signalCode === null) {
    const ready = stack.lines.find((line) => line.startsWith('ready: '))
    if (ready) return ready.slice('ready: '.length)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`the stack ended: ${stack.errors.join('\n')}`)
}

export function groupIsGone({ process: { pid } }: Run): boolean {
  try {
    process.kill(-(pid ?? 0), 0)
    return false
  } catch {
    return true
  }
}

export const isRefused = (host: string, port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect({ host, port, timeout: 1000 })
    const end = (refused: boolean) => {
      socket.destroy()
      resolve(refused)
    }
    socket
      .once('connect', () => end(false))
      .once('error', () => end(true))
      .once('timeout', () => end(true))
  })

/** The TCP ports that the process listens on. Empty on systems without /proc. */
export function listeningPorts(pid: number): readonly number[] {
  try {
    const folder = `/proc/${pid}/fd`
    const sockets = new Set(readdirSync(folder).map((fd) => linkOf(join(folder, fd))))
    const table = ['tcp', 'tcp6'].flatMap((name) =>
      readFileSync(`/proc/${pid}/net/${name}`, 'utf8').split('\n'),
    )
    return table.flatMap((line) => {
      const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/)
      const listens = state === '0A' && sockets.has(`socket:[${inode}]`)
      return listens ? [Number.parseInt(local.split(':').at(-1) ?? '', 16)] : []
    })
  } catch (error) {
    if (process.platform !== 'linux') return []
    throw error
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
