import { createRequire } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import type { Context } from 'aws-lambda'
import type { BuiltFunction, FunctionError, InstanceAnswer, InstanceRequest } from './function-instance.ts'

/** Runs in a thread of its own: loads a function's bundle once, then answers requests, several at a time if they come so. */

type Handler = (event: unknown, context: Context) => unknown

const { bundle, exportName, name: functionName, memorySize } = workerData as BuiltFunction
const handler: Handler | undefined = createRequire(import.meta.url)(bundle)[exportName]
if (typeof handler !== 'function') throw new Error(`${bundle} exports no function ${exportName}`)
const answerRequest = handler

const say = (answer: InstanceAnswer) => parentPort?.postMessage(answer)
parentPort?.on('message', async (request: InstanceRequest) => {
  const { requestId } = request
  try {
    const answer = await answerRequest(JSON.parse(request.event), contextOf(request))
    say({ requestId, answer: JSON.stringify(answer) ?? 'null' })
  } catch (error) {
    say({ requestId, error: describe(error) })
  }
})
say({ loaded: true })

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
    done: ended,
    fail: ended,
    succeed: ended,
  }
}

function ended(): never {
  throw new Error('functions answer by what they return; done, fail and succeed are gone since Node.js 24')
}

function describe(error: unknown): FunctionError {
  if (!(error instanceof Error)) return { errorType: typeof error, reason: String(error), trace: [] }
  return { errorType: error.name, reason: error.message, trace: (error.stack ?? '').split('\n') }
}
