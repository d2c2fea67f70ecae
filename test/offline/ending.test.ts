import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive, readProcess } from '../../lib/offline/process-alive.ts'
import { readStackFile, type StackInfo } from '../../lib/offline/stack-file.ts'
import { isRefused, listeningPorts, root, run, untilReady } from './run-stack.ts'

/** Which signal npm gets. It forwards SIGINT and SIGTERM to its child alike, but cannot forward SIGKILL. */
const endings = [
  { command: 'npm start', signal: 'SIGKILL' },
  { command: 'npx serverless offline', signal: 'SIGKILL' },
  { command: 'npx crm-pay-sync start', signal: 'SIGTERM' },
] as const

type Started = {
  readonly info: StackInfo
  /** All processes of the command. */
  readonly pids: Readonly<Record<'npm' | 'node' | 'parent', number>>
}

async function start(command: string): Promise<Started> {
  const [program, ...args] = command.split(' ')
  const npm = run(args, { PORT: '0' }, program)
  const info = readStackFile(Number(new URL(await untilReady(npm)).port), root)
  if (!info) throw new Error('the stack left no word of itself')
  const parent = readProcess(info.pid)?.parent ?? 0
  return { info, pids: { npm: npm.process.pid ?? 0, node: info.pid, parent } }
}

/** Process ids are read from /proc. */
const onLinux = process.platform === 'linux' ? describe : describe.skip

onLinux('several stacks started at once', () => {
  let stacks: Started[] = []
  beforeAll(async () => {
    stacks = await Promise.all(endings.map(({ command }) => start(command)))
  })
  afterAll(() => {
    for (const pid of stacks.flatMap(({ pids }) => Object.values(pids))) {
      if (isAlive(pid)) process.kill(pid, 'SIGKILL')
    }
  })

  it('never share a port', () => {
    const ports = stacks.flatMap(({ info }) => listeningPorts(info.pid))
    expect(ports.length).toBeGreaterThanOrEqual(stacks.length * 8)
    expect(new Set(ports).size).toBe(ports.length)
  })

  it('collect new objects early when npm or npx start them by our command', () => {
    const ours = stacks.filter((_, index) => !endings[index]?.command.includes('serverless'))
    expect(ours).toHaveLength(2)
    for (const { info } of ours) {
      expect(readFileSync(`/proc/${info.pid}/cmdline`, 'utf8').split('\0')).toContain(
        '--max-semi-space-size=16',
      )
    }
  })

  it.each(endings.map(({ command, signal }, index) => [command, signal, index] as const))(
    '%s ends and leaves nothing behind when npm gets %s',
    async (_, signal, index) => {
      const stack = stacks[index]
      if (!stack) throw new Error('no such stack')
      const { info, pids } = stack
      const deadline = Date.now() + 60_000
      process.kill(pids.npm, signal)
      while (Object.values(pids).some(isAlive) && Date.now() < deadline) await sleep(20)

      expect(Object.entries(pids).filter(([, pid]) => isAlive(pid))).toEqual([])
      const port = Number(new URL(info.url).port)
      expect(await isRefused('127.0.0.1', port)).toBe(true)
      expect(existsSync(join(root, `.offline/${port}.json`))).toBe(false)
      expect(existsSync(join(root, `.offline/build-${info.pid}`))).toBe(false)
    },
  )
})
