import { randomUUID } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import type { Variables } from '../environment.ts'
import type { Invocation } from '../partial-batch-response.ts'

/** A function as it is built for this machine. */
export type BuiltFunction = {
  readonly name: string
  /** The bundle's absolute path, and what of it is called. */
  readonly bundle: string
  readonly exportName: string
  readonly timeoutSeconds: number
  readonly memorySize: number
}

export type InstanceRequest = {
  readonly requestId: string
  /** JSON, as everything that Lambda hands to a function. */
  readonly event: string
  /** Milliseconds since 1970. */
  readonly deadline: number
}
export type FunctionError = {
  readonly errorType: string
  readonly reason: string
  readonly trace: readonly string[]
}
export type InstanceAnswer =
  | { readonly loaded: true }
  | { readonly requestId: string; readonly answer: string }
  | { readonly requestId: string; readonly error: FunctionError }

/** A loaded function. Unlike Lambda's it works on several requests at a time: loading one for each costs more than they do. */
export type FunctionInstance = {
  /** Resolves once the bundle has loaded; rejects with what kept it from that. */
  readonly loaded: Promise<void>
  readonly ended: Promise<void>
  isRetired(): boolean
  /** `event` is JSON. Never throws: what goes wrong is an invocation that failed. */
  invoke(event: string): Promise<Invocation>
  /** Takes no more requests, and ends when those under way are answered or have timed out. */
  retire(): void
  end(): Promise<void>
}

/** Loads the function in a thread of its own, with these variables as its environment and nothing else of this process. */
export function startInstance(built: BuiltFunction, environment: Variables): FunctionInstance {
  const { name, timeoutSeconds } = built
  const worker = new Worker(new URL('./instance-worker.ts', import.meta.url), {
    name,
    workerData: built,
    env: { ...environment, AWS_LAMBDA_FUNCTION_NAME: name },
  })
  const underWay = new Map<string, (outcome: Invocation) => void>()
  const loading = Promise.withResolvers<void>()
  const ending = Promise.withResolvers<void>()
  let loaded = false
  let retired = false

  const endWhenDone = () => {
    if (retired && underWay.size === 0) void worker.terminate()
  }
  const retire = () => {
    retired = true
    endWhenDone()
  }
  const settle = (requestId: string, outcome: Invocation) => {
    underWay.get(requestId)?.(outcome)
    underWay.delete(requestId)
    endWhenDone()
  }
  const die = (thrown: string, reason: string) => {
    retired = true
    loading.reject(new Error(`${name}: ${reason}`))
    const errorType = loaded ? thrown : 'Runtime.ImportModuleError'
    for (const requestId of underWay.keys()) settle(requestId, { failed: true, errorType, reason })
  }

  worker.on('message', (answer: InstanceAnswer) => {
    if ('loaded' in answer) {
      loaded = true
      loading.resolve()
    } else if ('error' in answer) settle(answer.requestId, { failed: true, ...answer.error })
    else settle(answer.requestId, { failed: false, answer: JSON.parse(answer.answer) })
  })
  worker.once('error', (error: Error) => die(error.name, error.message))
  worker.once('exit', () => {
    die('Runtime.ExitError', 'the function exited')
    ending.resolve()
  })
  // Whoever waits for it hears it; whoever does not, hears of each invocation.
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
        underWay.set(requestId, (outcome) => {
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
