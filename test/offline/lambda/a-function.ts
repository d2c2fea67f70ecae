import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FunctionHost, hostFunctions } from '../../../lib/offline/lambda/function-host.ts'
import type { FunctionOutput } from '../../../lib/offline/lambda/function-output.ts'

export type HostedSource = {
  readonly host: FunctionHost
  /** The folder of the bundle, for files that the function reads. */
  readonly folder: string
  /** Replaces the bundle. */
  write(source: string): void
  close(): Promise<void>
}

/** Hosts a function named `work` with this CommonJS source. */
export function hostSource(
  source: string,
  {
    timeoutSeconds = 60,
    environment = {},
    output,
  }: { timeoutSeconds?: number; environment?: Record<string, string>; output?: FunctionOutput } = {},
): HostedSource {
  const folder = mkdtempSync(join(tmpdir(), 'crm-pay-sync-function-'))
  const bundle = join(folder, 'work.cjs')
  const write = (text: string) => writeFileSync(bundle, text)
  write(source)
  const built = { name: 'work', bundle, exportName: 'handler', timeoutSeconds, memorySize: 512 }
  const host = hostFunctions([built], environment, output)
  return {
    host,
    folder,
    write,
    async close() {
      await host.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
