import { createServer, type Server } from 'node:http'
import { refuseWebPages } from './guard.ts'

/**
 * Listens on 127.0.0.1 only (port 0: one that the operating system gives) and returns the port. Requests from web pages
 * are refused.
 */
export async function listenOnLoopback(server: Server, port: number): Promise<number> {
  refuseWebPages(server)
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

/**
 * The port itself, or a free one for 0: for those who must be told a port instead of asking for one.
 * Throws one plain line when it is taken.
 */
export async function reservePort(port: number): Promise<number> {
  const server = createServer()
  try {
    return await listenOnLoopback(server, port)
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    const why = code === 'EADDRINUSE' ? 'is taken' : `cannot be used (${code})`
    throw new Error(`PORT: 127.0.0.1:${port} ${why}; set PORT to another one, or to 0 for any`, { cause })
  } finally {
    server.close()
  }
}
