import { startConsole } from '../console/start-console.ts'
import { localPlace } from '../console/state/place.ts'
import type { StackInfo } from './stack-file.ts'

/** Serves the console of a stack in the stack's own process, and prints where. Returns what ends it. */
export async function serveConsole(info: StackInfo, port: number): Promise<() => Promise<void>> {
  const running = await startConsole(
    localPlace(() => info),
    { port },
  )
  process.stdout.write(`console: ${running.url}\n`)
  return running.close
}
