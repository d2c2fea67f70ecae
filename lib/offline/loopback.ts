import { createServer, type Server } from 'node:net'

/** Listens on 127.0.0.1 only (port 0: any free one) and returns the port. */
export async function listenOnLoopback(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
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
