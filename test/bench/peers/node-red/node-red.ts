import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packages } from '../packages.ts'
import type { Peer } from '../peer.ts'
import { freePort } from '../processes/free-port.ts'
import { startProcess } from '../processes/start-process.ts'
import { flowOf, path } from './flow.ts'

/** Node-RED with one flow and without its editor (https://nodered.org/docs/user-guide/runtime/configuration). */
export const nodeRed: Peer = {
  name: 'node-red',
  packages: packages.nodeRed,
  isDurable: false,
  async start({ folder, dataFolder, provider }) {
    const port = await freePort()
    const settings = join(dataFolder, 'settings.json')
    const flows = join(dataFolder, 'flows.json')
    writeFileSync(flows, JSON.stringify(flowOf(provider)))
    writeFileSync(
      settings,
      JSON.stringify({
        httpAdminRoot: false,
        uiHost: '127.0.0.1',
        uiPort: port,
        userDir: dataFolder,
        flowFile: flows,
      }),
    )
    const url = `http://127.0.0.1:${port}${path}`
    const red = join(folder, 'node_modules', 'node-red', 'red.js')
    const server = await startProcess(process.execPath, [red, '--settings', settings], {}, port)
    return { pids: [server.pid], addressOf: () => ({ url }), stop: server.stop }
  },
}
