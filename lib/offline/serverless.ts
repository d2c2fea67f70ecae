/** What we use of the framework's plugin interface; osls publishes no types of its own. */
export type CloudFormationResource = {
  readonly Type: string
  readonly Properties?: Readonly<Record<string, unknown>>
}

export type FunctionDefinition = {
  readonly name: string
  readonly handler: string
  readonly timeout?: number
  readonly memorySize?: number
  readonly events?: readonly Readonly<Record<string, unknown>>[]
  environment?: Record<string, unknown>
}

export type ServerlessService = {
  readonly service: string
  readonly provider: {
    readonly region: string
    readonly stage: string
    readonly timeout?: number
    readonly memorySize?: number
    environment?: Record<string, unknown>
  }
  readonly functions: Readonly<Record<string, FunctionDefinition>>
  readonly resources?: {
    readonly Resources?: Readonly<Record<string, CloudFormationResource>>
  }
  readonly package: { patterns?: readonly string[] }
  readonly custom: Record<string, Record<string, unknown>>
}

export type Serverless = {
  readonly serviceDir: string
  readonly service: ServerlessService
  readonly processedInput: {
    readonly commands: readonly string[]
    readonly options: { readonly param?: string | readonly string[] }
  }
  readonly pluginManager: { readonly plugins: readonly object[] }
  /** serverless.yml as it was read. */
  readonly configurationInput: {
    readonly params?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  }
}

export type PluginUtils = {
  readonly log: { warning(line: string): void }
}
