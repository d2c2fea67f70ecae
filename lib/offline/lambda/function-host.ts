import type { Variables } from '../environment.ts'
import type { Invocation } from '../partial-batch-response.ts'
import { type BuiltFunction, type FunctionInstance, startInstance } from './function-instance.ts'
import { type FunctionOutput, printLine } from './function-output.ts'

/** Runs the functions locally. */
export type FunctionHost = {
  readonly functionNames: readonly string[]
  /** Loads every function. Throws an error that names the function that fails to load and the reason. */
  load(): Promise<void>
  /**
   * Invokes the function and waits for its result, up to its timeout. Failures of the function are returned, not thrown.
   * Throws when there is no such function.
   */
  invoke(functionName: string, event: unknown): Promise<Invocation>
  /** Reloads the functions for the next requests. Requests in progress finish with the old code. */
  reload(): void
  close(): Promise<void>
}

/** `environment` becomes each function's `process.env`; `output` gets each line that they write. */
export function hostFunctions(
  functions: readonly BuiltFunction[],
  environment: Variables,
  output: FunctionOutput = printLine,
): FunctionHost {
  const byName = new Map(functions.map((built) => [built.name, built]))
  const current = new Map<string, FunctionInstance>()
  const instances = new Set<FunctionInstance>()

  const instanceOf = (name: string): FunctionInstance => {
    const running = current.get(name)
    if (running && !running.isRetired()) return running
    const built = byName.get(name)
    if (!built) throw new Error(`serverless.yml declares no function ${name}`)
    const started = startInstance(built, environment, output)
    current.set(name, started)
    instances.add(started)
    void started.ended.then(() => instances.delete(started))
    return started
  }

  return {
    functionNames: [...byName.keys()],
    async load() {
      await Promise.all([...byName.keys()].map((name) => instanceOf(name).loaded))
    },
    invoke: async (name, event) => instanceOf(name).invoke(JSON.stringify(event)),
    reload() {
      for (const instance of current.values()) instance.retire()
    },
    async close() {
      await Promise.all([...instances].map((instance) => instance.end()))
    },
  }
}
