import { createServer } from 'node:http'
import { bindLoopback } from '../../../../lib/offline/loopback.ts'

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  const port = await bindLoopback(server, 0)
  await new Promise((resolve) => server.close(resolve))
  return port
}
