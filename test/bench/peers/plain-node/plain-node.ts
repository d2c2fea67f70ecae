import { join } from 'node:path'
import type { Peer } from '../peer.ts'
import { freePort } from '../processes/free-port.ts'
import { startProcess } from '../processes/start-process.ts'

/** What the work costs without any product. */
export const plainNode: Peer = {
  name: 'plain-node',
  packages: null,
  isDurable: false,
  async start({ provider }) {
    const port = await freePort()
    const file = join(import.meta.dirname, 'server-process.ts')
    const env = { PORT: String(port), PROVIDER_URL: provider.url, PROVIDER_KEY: provider.key }
    const server = await startProcess(process.execPath, [file], env, port)
    return {
      pids: [server.pid],
      addressOf: () => ({ url: `http://127.0.0.1:${port}/` }),
      stop: server.stop,
    }
  },
}
