import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

/** `silent` accepts connections and never answers; `drips` answers one byte at a time without end. */
export type Misbehaviour = 'silent' | 'drips'

export type MisbehavingServer = {
  readonly url: string
  /** The number of requests received. */
  requests(): number
  close(): Promise<void>
}

const dripMs = 20

/** Replaces a table, a queue or a secret store. */
export async function startMisbehavingServer(how: Misbehaviour): Promise<MisbehavingServer> {
  const sockets = new Set<Socket>()
  let requests = 0
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    let drops: NodeJS.Timeout | undefined
    socket.on('close', () => {
      clearInterval(drops)
      sockets.delete(socket)
    })
    socket.on('data', (chunk) => {
      if (!chunk.includes('HTTP/1.1')) return
      requests += 1
      if (how === 'silent') return
      socket.write(
        'HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: 1000000\r\n\r\n',
      )
      drops = setInterval(() => socket.write(' '), dripMs)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests: () => requests,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
