import type { Server } from 'node:http'
import { refuseWebPages } from './guard.ts'

/**
 * Listens on 127.0.0.1 only and returns the port. With port 0 the operating system assigns one. Requests from web pages
 * are rejected.
 */
export async function listenOnLoopback(server: Server, port: number): Promise<number> {
  refuseWebPages(server)
  return bindLoopback(server, port)
}

/** The same for a server that checks by itself where its requests come from. */
export async function bindLoopback(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve()
    })
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port')
  return address.port
}
