import dynalite from 'dynalite'
import { takeDataFolder } from './data-folder.ts'
import { listenOnLoopback } from './loopback.ts'

/** Something that listens on 127.0.0.1 until it is closed. */
export type EmbeddedServer = { readonly url: string; close(): Promise<void> }

/** DynamoDB by dynalite, in memory, or on disk in `dataFolder` (made when missing). */
export async function startEmbeddedDynamodb(dataFolder?: string): Promise<EmbeddedServer> {
  const disk = dataFolder ? takeDataFolder(dataFolder) : null
  const server = dynalite({
    createTableMs: 0,
    ...(disk && { path: disk.databasePath }),
  })
  // dynalite throws when a client disconnects during a request, which would crash the stack.
  server.on('request', (req) => req.removeAllListeners('error').on('error', () => {}))
  const port = await listenOnLoopback(server, 0)
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      await new Promise<void>((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()))
        server.closeAllConnections()
      })
      disk?.release()
    },
  }
}
