import { setTimeout as sleep } from 'node:timers/promises'
import ServerlessOffline from 'serverless-offline'
import { type Backends, startBackends } from './backends.ts'
import { answerDoorFailures } from './door-failures.ts'
import type { OfflineSettings, Variables } from './environment.ts'
import { startEventSourceMapping } from './event-source-mapping.ts'
import { functionInvoker } from './invoke-function.ts'
import { viewLogs } from './log-view.ts'
import { reservePort } from './loopback.ts'
import type { PluginUtils, Serverless } from './serverless.ts'
import { writeStackFile } from './stack-file.ts'

export type Stack = {
  readonly url: string
  readonly offline: ServerlessOffline
  stop(): Promise<void>
}

/** How long a stopping stack waits for the batches at work, and for the functions' servers. */
const drainMs = 2000
const serversMs = 1500

/** Everything up, with the HTTP door on `port`; resolves when each part has shown that it accepts work. */
export async function startStack(
  serverless: Serverless,
  settings: OfflineSettings,
  port: number,
  options: Readonly<Record<string, unknown>>,
  utils: PluginUtils,
): Promise<Stack> {
  const root = serverless.serviceDir
  const url = `http://127.0.0.1:${port}`
  for (const stream of [process.stdout, process.stderr]) if (stream.isTTY) viewLogs(stream)

  const backends = await startBackends(serverless.service, settings, port, root)
  giveToFunctions(serverless, backends.environment)

  const lambdaPort = await reservePort(0)
  const lambdaUrl = `http://127.0.0.1:${lambdaPort}`
  answerDoorFailures((line) => utils.log.warning(line))
  const offline = new ServerlessOffline(serverless, serverOptions(options, port, lambdaPort), utils)
  await withoutConsole(() => offline.start())

  const mappings = startMappings(backends, lambdaUrl, (line) => utils.log.warning(line))
  await expectHealth(url)
  const removeStackFile = writeStackFile(port, { pid: process.pid, url, lambdaUrl, ...backends.info }, root)
  process.on('exit', removeStackFile)
  sayWhatIsUp(backends)

  return {
    url,
    offline,
    stop: async () => {
      removeStackFile()
      await Promise.all(mappings.map((mapping) => mapping.stop(drainMs)))
      await Promise.race([offline.end(true), sleep(serversMs)])
      await backends.close()
    },
  }
}

/** For whoever wants to look behind: the embedded services, and the sandboxes that can be asked and broken. */
function sayWhatIsUp({ info }: Backends): void {
  const { dynamodbUrl: dynamodb, sqsUrl: sqs, sandboxes } = info
  const entry = {
    level: 'INFO',
    message: 'up',
    timestamp: new Date().toISOString(),
    dynamodb,
    sqs,
    ...sandboxes,
  }
  process.stdout.write(`${JSON.stringify(entry)}\n`)
}

/** The functions that queues feed get their pollers. */
function startMappings(
  { declared, created, sqs }: Backends,
  lambdaUrl: string,
  complain: (line: string) => void,
) {
  return declared.eventSources.map((source) => {
    const queue = created.queues[source.queue]
    if (!queue)
      throw new Error(`serverless.yml: ${source.functionName} is fed by ${source.queue}, which is no queue`)
    const invoke = functionInvoker(lambdaUrl, source.functionName, source.timeoutSeconds)
    return startEventSourceMapping(source, queue, sqs, invoke, complain)
  })
}

function serverOptions(options: Readonly<Record<string, unknown>>, httpPort: number, lambdaPort: number) {
  return {
    ...options,
    host: '127.0.0.1',
    httpPort,
    lambdaPort,
    noSponsor: true,
    disableCookieValidation: true,
    // It would go on using an instance that it has ended, and that never answers again. The functions bound each of
    // their calls themselves.
    noTimeout: true,
  }
}

/** serverless-offline draws a box of its routes that no option turns off. */
async function withoutConsole(work: () => Promise<void>): Promise<void> {
  const { log } = console
  console.log = () => {}
  try {
    await work()
  } finally {
    console.log = log
  }
}

/** On AWS each function has its own variables over the provider's; offline all have what the stack found out. */
function giveToFunctions({ service }: Serverless, environment: Variables): void {
  service.provider.environment = { ...environment }
  for (const definition of Object.values(service.functions)) delete definition.environment
}

/** Loads the function behind the door, so that a mistake in the settings ends the start instead of the first webhook. */
async function expectHealth(url: string): Promise<void> {
  const response = await fetch(`${url}/health`)
  if (response.ok) return
  throw new Error(
    `GET ${url}/health answered ${response.status}: the functions do not load; the lines above say why`,
  )
}
