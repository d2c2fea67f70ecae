import { setTimeout as sleep } from 'node:timers/promises'
import { type Backends, startBackends } from './backends.ts'
import type { HttpDoor } from './door/http-door.ts'
import { readRoutes } from './door/routes.ts'
import type { OfflineSettings } from './environment.ts'
import { startEventSourceMapping } from './event-source-mapping.ts'
import { readBuiltFunctions } from './lambda/built-functions.ts'
import { type FunctionHost, hostFunctions } from './lambda/function-host.ts'
import { printLine } from './lambda/function-output.ts'
import { startInvokeApi } from './lambda/invoke-api.ts'
import { readSchedules, startSchedules } from './lambda/schedules.ts'
import { openLogFile, placeOfLog } from './log-file.ts'
import { viewLogs } from './log-view.ts'
import type { Serverless } from './serverless.ts'
import { showAddresses, writeEnvFile } from './stack-addresses.ts'
import { type StackInfo, writeStackFile } from './stack-file.ts'

export type Stack = {
  readonly info: StackInfo
  /** The next requests use the latest build. */
  reloadFunctions(): void
  stop(): Promise<void>
}

/** How long a stopping stack waits for batches in progress, and for its servers to close. */
const drainMs = 2000
const serversMs = 1500

/** Starts everything behind the HTTP door. Resolves once every part accepts work. */
export async function startStack(
  serverless: Serverless,
  settings: OfflineSettings,
  door: HttpDoor,
  complain: (line: string) => void,
): Promise<Stack> {
  const { serviceDir: root, service } = serverless
  const functions = Object.values(service.functions)
  for (const stream of [process.stdout, process.stderr]) if (stream.isTTY) viewLogs(stream)

  const backends = await startBackends(service, settings, door.port, root)
  const log = openLogFile(placeOfLog(door.port, settings, root), complain)
  const host = hostFunctions(readBuiltFunctions(serverless), backends.environment, (name, stream, line) => {
    log.add(name, line)
    printLine(name, stream, line)
  })
  // Report invalid settings now, not on the first webhook.
  await host.load()
  const invokeApi = await startInvokeApi(host, complain)
  const mappings = startMappings(backends, host, complain)
  const stopSchedules = startSchedules(readSchedules(functions), service.provider.region, host, complain)
  door.serve(readRoutes(functions), host, complain)

  const { url, port } = door
  await expectHealth(url)
  const info = { pid: process.pid, url, lambdaUrl: invokeApi.url, logFile: log.path, ...backends.info }
  const removeStackFile = writeStackFile(port, info, root)
  const removeEnvFile = writeEnvFile(info, root)
  const removeFiles = () => {
    removeStackFile()
    removeEnvFile()
  }
  process.on('exit', removeFiles)
  process.stdout.write(`${showAddresses(info)}\n`)

  return {
    info,
    reloadFunctions: () => host.reload(),
    stop: async () => {
      removeFiles()
      stopSchedules()
      await Promise.all(mappings.map((mapping) => mapping.stop(drainMs)))
      await Promise.race([Promise.all([door.close(), invokeApi.close(), host.close()]), sleep(serversMs)])
      log.close()
      await backends.close()
    },
  }
}

/** The functions that queues feed get their pollers. */
function startMappings(
  { declared, created, sqs }: Backends,
  host: FunctionHost,
  complain: (line: string) => void,
) {
  return declared.eventSources.map((source) => {
    const queue = created.queues[source.queue]
    if (!queue)
      throw new Error(`serverless.yml: ${source.functionName} is fed by ${source.queue}, which is no queue`)
    const invoke = (event: unknown) => host.invoke(source.functionName, event)
    return startEventSourceMapping(source, queue, sqs, invoke, complain)
  })
}

async function expectHealth(url: string): Promise<void> {
  const response = await fetch(`${url}/health`)
  if (!response.ok) throw new Error(`GET ${url}/health answered ${response.status}`)
}
