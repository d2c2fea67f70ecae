import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { packages } from '../packages.ts'
import type { Peer } from '../peer.ts'
import { freePort } from '../processes/free-port.ts'
import { startProcess } from '../processes/start-process.ts'

const binary = `restate-server-${process.platform}-${process.arch}`
const registerLimitMs = 60_000

/**
 * A Restate server with its default settings, and a handler in a process of its own (https://docs.restate.dev). Webhooks go
 * to its ingress, which answers once it has stored them, and drops those whose event it has seen.
 */
export const restate: Peer = {
  name: 'restate',
  packages: packages.restate,
  isDurable: true,
  async start({ folder, dataFolder, provider }) {
    const [ingress, admin, fabric, work] = [
      await freePort(),
      await freePort(),
      await freePort(),
      await freePort(),
    ]
    const server = await startProcess(
      join(folder, 'node_modules', '@restatedev', binary, 'bin', 'restate-server'),
      ['--no-logo', '--listen-mode', 'tcp'],
      {
        RESTATE_BASE_DIR: dataFolder,
        RESTATE_BIND_IP: '127.0.0.1',
        RESTATE_BIND_PORT: String(fabric),
        RESTATE_INGRESS__BIND_PORT: String(ingress),
        RESTATE_ADMIN__BIND_PORT: String(admin),
        RESTATE_DISABLE_TELEMETRY: 'true',
      },
      admin,
    )
    const handler = await startProcess(
      process.execPath,
      [join(import.meta.dirname, 'handler-process.ts')],
      { PORT: String(work), PROVIDER_URL: provider.url, PROVIDER_KEY: provider.key, PEER_FOLDER: folder },
      work,
    )
    await register(admin, work)
    return {
      pids: [server.pid, handler.pid],
      addressOf: (contactId, eventId) => ({
        url: `http://127.0.0.1:${ingress}/contact/${contactId}/sync/send`,
        headers: { 'idempotency-key': eventId },
      }),
      async stop() {
        await Promise.all([server.stop(), handler.stop()])
      },
    }
  },
}

/** Tells the server where the handler is. It listens before it is ready. */
async function register(admin: number, handlerPort: number): Promise<void> {
  const endsAt = Date.now() + registerLimitMs
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${admin}/deployments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ uri: `http://127.0.0.1:${handlerPort}` }),
    })
    const text = await response.text()
    if (response.ok) return
    if (Date.now() > endsAt)
      throw new Error(`Restate answered ${response.status} to the registration: ${text}`)
    await sleep(500)
  }
}
