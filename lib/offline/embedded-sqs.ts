import { buildApp } from 'fauxqs'
import type { EmbeddedServer } from './embedded-dynamodb.ts'
import { refuseWebPages } from './guard.ts'

/**
 * SQS by fauxqs, in memory. Its own starter listens on every interface, so the app is built and bound here;
 * without a host of its own it names queues by the address it was called at, which is one that resolves.
 */
export async function startEmbeddedSqs(region: string): Promise<EmbeddedServer> {
  const app = buildApp({ logger: false, defaultRegion: region })
  refuseWebPages(app.server)
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return { url, close: () => app.close() }
}
