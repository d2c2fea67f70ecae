import { readServerlessFile } from '../../../lib/docs/serverless-file.ts'
import { projectRoot } from '../../../lib/operator/stage/project-root.ts'

/** What serverless.yml gives the functions by default, in MB. */
export function functionMemoryMb(): number {
  const { receiveMemory, syncMemory } = readServerlessFile(projectRoot).parameters
  if (receiveMemory !== syncMemory)
    throw new Error('expected the same memory for receiveWebhook and syncCustomer')
  return Number(syncMemory)
}

/** As Lambda's runtime divides the memory: nine tenths for the old generation, a twentieth for each half of the young one. */
export function heapFlags(): readonly string[] {
  const memoryMb = functionMemoryMb()
  return [
    `--max-old-space-size=${Math.floor(memoryMb * 0.9)}`,
    `--max-semi-space-size=${Math.floor(memoryMb * 0.05)}`,
  ]
}
