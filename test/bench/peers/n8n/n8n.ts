import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { packages } from '../packages.ts'
import type { Peer } from '../peer.ts'
import { freePort } from '../processes/free-port.ts'
import { startProcess } from '../processes/start-process.ts'
import { path, workflowId, workflowOf } from './workflow.ts'

/**
 * n8n with its default settings, a database in SQLite and one workflow (https://docs.n8n.io/hosting/cli-commands/). It saves
 * executions, but does not go on with those that were interrupted.
 */
export const n8n: Peer = {
  name: 'n8n',
  packages: packages.n8n,
  isDurable: false,
  async start({ folder, dataFolder, provider }) {
    const [port, broker] = [await freePort(), await freePort()]
    const program = join(folder, 'node_modules', 'n8n', 'bin', 'n8n')
    const env = {
      N8N_USER_FOLDER: dataFolder,
      N8N_LISTEN_ADDRESS: '127.0.0.1',
      N8N_PORT: String(port),
      N8N_RUNNERS_BROKER_PORT: String(broker),
      N8N_DIAGNOSTICS_ENABLED: 'false',
      N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
      N8N_TEMPLATES_ENABLED: 'false',
      NODE_ENV: 'production',
    }
    const workflow = join(dataFolder, 'workflow.json')
    writeFileSync(workflow, JSON.stringify(workflowOf(provider)))
    await runOnce(program, ['import:workflow', `--input=${workflow}`], env)
    await runOnce(program, ['publish:workflow', `--id=${workflowId}`], env)
    const server = await startProcess(process.execPath, [program, 'start'], env, port)
    const url = `http://127.0.0.1:${port}/webhook/${path}`
    return { pids: [server.pid], addressOf: () => ({ url }), stop: server.stop }
  },
}

async function runOnce(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const { PATH, HOME } = process.env
  await promisify(execFile)(process.execPath, [program, ...args], { env: { PATH, HOME, ...env } })
}
