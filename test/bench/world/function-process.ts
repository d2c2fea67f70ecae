import { createRequire } from 'node:module'
import type { Request, Usage } from './function-process-protocol.ts'

/** Loads a bundle and invokes it, in a process of its own, and measures its CPU time: all threads, user and system. */
const require = createRequire(import.meta.url)
type Handler = (event: unknown, context: object) => Promise<unknown>
let handler: Handler = async () => {
  throw new Error('nothing is loaded')
}

async function act(request: Request): Promise<unknown> {
  if (request.kind === 'load') {
    handler = (require(request.file) as { handler: Handler }).handler
    return null
  }
  const answers: unknown[] = []
  for (const event of request.events) {
    answers.push(await handler(event, { awsRequestId: 'bench', getRemainingTimeInMillis: () => 60_000 }))
  }
  return answers
}

/** What is left after a garbage collection. */
function heapInUse(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

process.on('message', async (request: Request) => {
  const startedAt = performance.now()
  const before = process.cpuUsage()
  const answer = await act(request)
  const { user, system } = process.cpuUsage(before)
  const wallMs = performance.now() - startedAt
  const usage: Usage = {
    id: request.id,
    cpuMs: (user + system) / 1000,
    wallMs,
    rssMb: process.memoryUsage.rss() / 2 ** 20,
    heapMb: heapInUse() / 2 ** 20,
    answer,
  }
  process.send?.(usage)
})
