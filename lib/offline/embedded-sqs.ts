import { buildApp } from 'fauxqs'
import type { EmbeddedServer } from './embedded-dynamodb.ts'
import { refuseWebPages } from './guard.ts'
import { deliverMessageGroups, type Stores } from './message-groups.ts'

/** Not exported by fauxqs; safe to import because its version is pinned. */
const { SqsStore } = (await import(new URL('./sqs/sqsStore.js', import.meta.resolve('fauxqs')).href)) as {
  readonly SqsStore: new () => Stores['sqsStore']
}

/**
 * SQS by fauxqs, in memory. Its own starter listens on every interface, so the app is built and bound here. Without a
 * configured host, queue URLs use the address of the request, which always resolves.
 */
export async function startEmbeddedSqs(region: string): Promise<EmbeddedServer> {
  const sqsStore = new SqsStore()
  sqsStore.host = ''
  deliverMessageGroups(sqsStore)
  // fauxqs creates the stores that are missing here.
  const app = buildApp({ logger: false, defaultRegion: region, stores: { sqsStore } as Stores })
  refuseWebPages(app.server)
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return { url, close: () => app.close() }
}
