import { createRequire } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import type { Context } from 'aws-lambda'
import type { BuiltFunction, FunctionError, InstanceAnswer, InstanceRequest } from './function-instance.ts'

/** The worker thread of a function: loads its bundle once, then processes requests concurrently. */

type Handler = (event: unknown, context: Context) => unknown

const { bundle, exportName, name: functionName, memorySize } = workerData as BuiltFunction
const post = (answer: InstanceAnswer) => parentPort?.postMessage(answer)
for (const stream of ['stdout', 'stderr'] as const) process[stream].write = postingWrite(stream)

const handler: Handler | undefined = createRequire(import.meta.url)(bundle)[exportName]
if (typeof handler !== 'function') throw new Error(`${bundle} exports no function ${exportName}`)
const answerRequest = handler

parentPort?.on('message', async (request: InstanceRequest) => {
  const { requestId } = request
  try {
    const answer = await answerRequest(JSON.parse(request.event), contextOf(request))
    post({ requestId, answer: JSON.stringify(answer) ?? 'null' })
  } catch (error) {
    post({ requestId, error: describe(error) })
  }
})
post({ loaded: true })

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
function contextOf({ requestId, deadline }: InstanceRequest): Context {
  return {
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: true,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:${process.env['AWS_REGION']}:000000000000:function:${functionName}`,
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: 'offline',
    memoryLimitInMB: String(memorySize),
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    done: unsupported,
    fail: unsupported,
    succeed: unsupported,
  }
}

function unsupported(): never {
  throw new Error('context.done, fail and succeed are not supported since Node.js 24: return a promise')
}

function describe(error: unknown): FunctionError {
  if (!(error instanceof Error)) return { errorType: typeof error, reason: String(error), trace: [] }
  return { errorType: error.name, reason: error.message, trace: (error.stack ?? '').split('\n') }
}

/**
 * Posts what is written at once. A worker's own stream waits until the parent wants more, and what waits is lost when the
 * worker is terminated.
 */
function postingWrite(output: 'stdout' | 'stderr'): typeof process.stdout.write {
  return (chunk: string | Uint8Array, ...rest: unknown[]) => {
    post({ output, text: typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8') })
    const done = rest.at(-1)
    if (typeof done === 'function') process.nextTick(done as () => void)
    return true
  }
}
