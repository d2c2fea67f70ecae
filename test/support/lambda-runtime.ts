import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

export type LambdaFunction = {
  readonly name: string
  /** The unpacked deployment archive, and the template's `Handler`. */
  readonly folder: string
  readonly handler: string
  /** The template's variables with resolved references. */
  readonly environment: Readonly<Record<string, string>>
  readonly timeoutSeconds: number
  /** URLs of the services that replace AWS's own. */
  readonly endpoints: { readonly dynamodb: string; readonly sqs: string; readonly ssm: string }
  /** Origin of a real API → origin of its sandbox. */
  readonly substitutes: Readonly<Record<string, string>>
}

type Outcome = { readonly answer: unknown } | { readonly error: unknown }
export type RunningFunction = {
  invoke(event: unknown): Promise<Outcome>
  /** The host of its Runtime API. */
  readonly runtimeHost: string
  /** `host:port` of every attempted connection, and the host of every substituted API that was called. */
  readonly hosts: ReadonlySet<string>
  /** Its log so far. */
  log(): string
  stop(): Promise<void>
}

/**
 * Runs a packaged function in a separate process that receives events from a Lambda Runtime API. Its environment
 * consists of the template's variables and those that Lambda adds; nothing of this process.
 */
export async function runLambda(declared: LambdaFunction): Promise<RunningFunction> {
  const waiting: { readonly id: string; readonly event: string }[] = []
  const outcomes = new Map<string, (outcome: Outcome) => void>()
  let poll: ServerResponse | undefined
  let failed: unknown

  const handOut = () => {
    if (!poll || waiting.length === 0) return
    const { id, event } = waiting.shift() as (typeof waiting)[number]
    poll.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': id,
      'lambda-runtime-deadline-ms': String(Date.now() + declared.timeoutSeconds * 1000),
    })
    poll.end(event)
    poll = undefined
  }
  const settle = (id: string, outcome: Outcome) => {
    outcomes.get(id)?.(outcome)
    outcomes.delete(id)
  }
  const failAll = (error: unknown) => {
    failed = error
    for (const id of outcomes.keys()) settle(id, { error })
  }

  const server = createServer(async (req, res) => {
    const [, path = ''] = (req.url ?? '').split('/2018-06-01/runtime/')
    if (req.method === 'GET' && path === 'invocation/next') {
      poll = res
      return handOut()
    }
    const body = JSON.parse(Buffer.concat(await Array.fromAsync(req)).toString('utf8'))
    const [, id = '', how] = path.split('/')
    if (path === 'init/error') failAll(body)
    else settle(id, how === 'response' ? { answer: body } : { error: body })
    res.writeHead(202).end('{"status":"OK"}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const runtimeHost = `127.0.0.1:${(server.address() as AddressInfo).port}`

  const { name, handler, folder, environment, endpoints, substitutes } = declared
  const child = spawn(
    process.execPath,
    [join(__dirname, 'lambda-bootstrap.ts'), JSON.stringify(substitutes)],
    {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: {
        ...environment,
        // https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
        _HANDLER: handler,
        AWS_ACCESS_KEY_ID: 'of-the-role',
        AWS_SECRET_ACCESS_KEY: 'secret-of-the-role',
        AWS_SESSION_TOKEN: 'session-of-the-role',
        AWS_DEFAULT_REGION: 'us-east-1',
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
        AWS_LAMBDA_FUNCTION_NAME: name,
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
        AWS_LAMBDA_LOG_FORMAT: 'JSON',
        AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
        AWS_LAMBDA_LOG_LEVEL: 'INFO',
        AWS_LAMBDA_LOG_STREAM_NAME: 'stream',
        AWS_LAMBDA_RUNTIME_API: runtimeHost,
        AWS_REGION: 'us-east-1',
        LAMBDA_TASK_ROOT: folder,
        PATH: '/usr/local/bin:/usr/bin:/bin',
        TZ: ':UTC',
        // In place of AWS.
        AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
        AWS_ENDPOINT_URL_SQS: endpoints.sqs,
        AWS_ENDPOINT_URL_SSM: endpoints.ssm,
      },
    },
  )
  const hosts = new Set<string>()
  let log = ''
  child.on('message', ({ host }: { host: string }) => hosts.add(host))
  for (const output of [child.stdout, child.stderr]) output?.on('data', (chunk) => (log += chunk))
  // By then, its whole output and all reports have arrived.
  const ended = Promise.all([once(child, 'close'), once(child, 'disconnect')])
  child.once('exit', (code) =>
    failAll(failed ?? { errorType: 'Runtime.ExitError', errorMessage: `exit ${code}` }),
  )

  return {
    runtimeHost,
    hosts,
    log: () => log,
    invoke: (event) =>
      new Promise((resolve) => {
        if (failed) return resolve({ error: failed })
        const id = randomUUID()
        outcomes.set(id, resolve)
        waiting.push({ id, event: JSON.stringify(event) })
        handOut()
      }),
    async stop() {
      child.kill()
      await ended
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
