import { join } from 'node:path'
import { lambdaDefaultTimeoutSeconds } from '../resources.ts'
import type { Serverless } from '../serverless.ts'
import type { BuiltFunction } from './function-instance.ts'

/** The framework's default; Lambda's own is 128. */
const defaultMemorySize = 1024

/** Lists the functions of `serverless.yml` with their serverless-esbuild bundles. */
export function readBuiltFunctions({ serviceDir, service }: Serverless): readonly BuiltFunction[] {
  const { outputWorkFolder, outputBuildFolder, outputFileExtension = '.js' } = service.custom['esbuild'] ?? {}
  const folder = join(serviceDir, String(outputWorkFolder), String(outputBuildFolder))
  return Object.values(service.functions).map(({ name, handler, timeout, memorySize }) => {
    const dot = handler.lastIndexOf('.')
    return {
      name,
      bundle: join(folder, `${handler.slice(0, dot)}${outputFileExtension}`),
      exportName: handler.slice(dot + 1),
      timeoutSeconds: timeout ?? service.provider.timeout ?? lambdaDefaultTimeoutSeconds,
      memorySize: memorySize ?? service.provider.memorySize ?? defaultMemorySize,
    }
  })
}
