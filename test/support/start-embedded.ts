import { spawn } from 'node:child_process'
import { join } from 'node:path'

declare global {
  var stopEmbeddedServices: (() => void) | undefined
}

/** Runs before all tests. Tests create their own tables and queues there, so they do not interfere. */
export default async function startEmbedded(): Promise<void> {
  const script = join(__dirname, 'embedded-services.ts')
  const child = spawn(process.execPath, [script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (chunk) => resolve(String(chunk)))
    child.once('exit', (code) => reject(new Error(`embedded services ended with code ${code}`)))
  })
  const { dynamodb, sqs } = JSON.parse(line)
  Object.assign(process.env, {
    // For the many short processes that tests start.
    NODE_COMPILE_CACHE: join(__dirname, '../../node_modules/.cache/compiled'),
    TEST_DYNAMODB_URL: dynamodb,
    TEST_SQS_URL: sqs,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    POWERTOOLS_DEV: 'false',
  })
  globalThis.stopEmbeddedServices = () => child.stdin.end()
}
