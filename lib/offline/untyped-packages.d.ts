declare module 'dynalite' {
  import type { Server } from 'node:http'
  /** `path` keeps the tables on disk; without it they live in memory. */
  export default function dynalite(options?: { path?: string; createTableMs?: number }): Server
}

declare module 'serverless-offline' {
  import type { PluginUtils, Serverless } from './serverless.ts'
  export default class ServerlessOffline {
    constructor(serverless: Serverless, options: Readonly<Record<string, unknown>>, utils: PluginUtils)
    readonly commands: {
      readonly offline: {
        readonly commands: Record<string, object>
        readonly options: Record<string, object>
      }
    }
    readonly hooks: Readonly<Record<string, () => Promise<void>>>
    start(): Promise<void>
    end(skipExit: boolean): Promise<void>
  }
}

declare module 'serverless-offline/lambda' {
  /** A function that can be invoked: set the event, then run it. */
  export type LambdaFunction = {
    readonly functionName: string
    setClientContext(context: unknown): void
    setEvent(event: unknown): void
    runHandler(): Promise<unknown>
  }
  export default class Lambda {
    get(functionKey: string): LambdaFunction
  }
}
