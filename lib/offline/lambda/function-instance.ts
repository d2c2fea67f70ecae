import { randomUUID } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import type { Variables } from '../environment.ts'
import type { Invocation } from '../partial-batch-response.ts'
import { type FunctionOutput, type OutputStream, outputLines } from './function-output.ts'

/** A bundled function. */
export type BuiltFunction = {
  readonly name: string
  /** The absolute path of the bundle, and the name of its handler export. */
  readonly bundle: string
  readonly exportName: string
  readonly timeoutSeconds: number
  readonly memorySize: number
}

export type InstanceRequest = {
  readonly requestId: string
  /** JSON. */
  readonly event: string
  /** Unix time in milliseconds. */
  readonly deadline: number
}
export type FunctionError = {
  readonly errorType: string
  readonly reason: string
  readonly trace: readonly string[]
}
export type InstanceAnswer =
  | { readonly loaded: true }
  | { readonly output: OutputStream; readonly text: string }
  | { readonly requestId: string; readonly answer: string }
  | { readonly requestId: string; readonly error: FunctionError }

/**
 * A loaded function. Unlike an instance on Lambda it processes several requests concurrently: loading a bundle for each
 * concurrent request would cost far more than the requests themselves.
 */
export type FunctionInstance = {
  /** Resolves once the bundle has loaded; rejects when it fails to load. */
  readonly loaded: Promise<void>
  readonly ended: Promise<void>
  isRetired(): boolean
  /** Invokes the function with a JSON event. Never throws; failures are returned. */
  invoke(event: string): Promise<Invocation>
  /** Accepts no more requests, and ends once those in progress have finished or timed out. */
  retire(): void
  end(): Promise<void>
}

/**
 * On machines with much memory, V8 would let the new objects of each thread grow to 192 MB before it collects them. More than
 * this makes the functions no faster.
 */
const maxYoungGenerationSizeMb = 48

/** Loads the function in a worker thread whose environment is `environment` only. `output` gets the lines that it writes. */
export function startInstance(
  built: BuiltFunction,
  environment: Variables,
  output: FunctionOutput,
): FunctionInstance {
  const { name, timeoutSeconds } = built
  const worker = new Worker(new URL('./instance-worker.ts', import.meta.url), {
    name,
    workerData: built,
    resourceLimits: { maxYoungGenerationSizeMb },
    env: { ...environment, AWS_LAMBDA_FUNCTION_NAME: name },
  })
  const inProgress = new Map<string, (outcome: Invocation) => void>()
  const loading = Promise.withResolvers<void>()
  const ending = Promise.withResolvers<void>()
  const lines = outputLines((stream, line) => output(name, stream, line))
  let loaded = false
  let retired = false

  const endWhenDone = () => {
    if (retired && inProgress.size === 0) void worker.terminate()
  }
  const retire = () => {
    retired = true
    endWhenDone()
  }
  const settle = (requestId: string, outcome: Invocation) => {
    inProgress.get(requestId)?.(outcome)
    inProgress.delete(requestId)
    endWhenDone()
  }
  const fail = (cause: string, reason: string) => {
    retired = true
    loading.reject(new Error(`${name}: ${reason}`))
    const errorType = loaded ? cause : 'Runtime.ImportModuleError'
    for (const requestId of inProgress.keys()) settle(requestId, { failed: true, errorType, reason })
  }

  worker.on('message', (answer: InstanceAnswer) => {
    if ('loaded' in answer) {
      loaded = true
      loading.resolve()
    } else if ('output' in answer) lines.add(answer.output, answer.text)
    else if ('error' in answer) settle(answer.requestId, { failed: true, ...answer.error })
    else settle(answer.requestId, { failed: false, answer: JSON.parse(answer.answer) })
  })
  // An uncaught error ends the worker. By its exit all its messages have arrived, which tell whether it had loaded.
  let thrown: Error | undefined
  worker.once('error', (error: Error) => {
    thrown = error
    retired = true
  })
  worker.once('exit', () => {
    lines.end()
    fail(thrown?.name ?? 'Runtime.ExitError', thrown?.message ?? 'the function exited')
    ending.resolve()
  })
  // A load failure is also reported by every invocation.
  loading.promise.catch(() => {})

  return {
    loaded: loading.promise,
    ended: ending.promise,
    isRetired: () => retired,
    invoke(event) {
      const requestId = randomUUID()
      const millis = timeoutSeconds * 1000
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          settle(requestId, {
            failed: true,
            errorType: 'Sandbox.Timedout',
            reason: `timed out after ${timeoutSeconds} s`,
          })
          retire()
        }, millis)
        inProgress.set(requestId, (outcome) => {
          clearTimeout(timer)
          resolve(outcome)
        })
        const request: InstanceRequest = { requestId, event, deadline: Date.now() + millis }
        worker.postMessage(request)
      })
    },
    retire,
    end: async () => {
      await worker.terminate()
    },
  }
}
