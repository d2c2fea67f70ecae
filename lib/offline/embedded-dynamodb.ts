import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import dynalite from 'dynalite'
import { takeDataFolder } from './data-folder.ts'
import { listenOnLoopback } from './loopback.ts'

/** Something that listens on 127.0.0.1 until it is closed. */
export type EmbeddedServer = { readonly url: string; close(): Promise<void> }

/** How long a request may go on after `close` was called. */
const longestRequestMs = 1000

/** DynamoDB by dynalite, in memory, or on disk in `dataFolder` (made when missing). */
export async function startEmbeddedDynamodb(dataFolder?: string): Promise<EmbeddedServer> {
  const disk = dataFolder ? takeDataFolder(dataFolder) : null
  const server = dynalite({
    createTableMs: 0,
    ...(disk && { path: disk.databasePath }),
  })
  // dynalite throws when a client disconnects during a request, which would crash the stack.
  server.on('request', (req) => req.removeAllListeners('error').on('error', () => {}))
  const endRequests = watchRequests(server)
  const port = await listenOnLoopback(server, 0)
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      await endRequests()
      await new Promise<void>((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()))
        server.closeAllConnections()
      })
      disk?.release()
    },
  }
}

/**
 * Returns what refuses further requests and waits for those in progress: dynalite throws, which would crash the stack,
 * when it is closed during a request, even when the client has disconnected.
 */
function watchRequests(server: Server): () => Promise<void> {
  let inProgress = 0
  server.prependListener('request', (request, response) => {
    inProgress += 1
    onceHandled(request, response, () => {
      inProgress -= 1
    })
  })
  return async () => {
    server.removeAllListeners('request').on('request', (request) => request.destroy())
    const deadline = Date.now() + longestRequestMs
    while (inProgress > 0 && Date.now() < deadline) await sleep(5)
  }
}

/** Calls `done` once, when the handler has answered or has no request to handle: the client left before its end. */
function onceHandled(request: IncomingMessage, response: ServerResponse, done: () => void): void {
  const end = response.end
  let isHandled = false
  const handled = () => {
    if (isHandled) return
    isHandled = true
    done()
  }
  response.end = ((...args: Parameters<typeof end>) => {
    handled()
    return end.apply(response, args)
  }) as typeof end
  request.once('close', () => {
    if (!request.complete) handled()
  })
}
