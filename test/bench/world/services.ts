import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export type Services = {
  readonly dynamodb: string
  readonly sqs: string
  /** A table whose operations cost the same at any size. */
  readonly flatTable: string
  /** A server that reads a request and answers it with `x-bytes` bytes. */
  readonly idle: string
  readonly sandboxes: Readonly<Record<string, string>>
  /** The environment of a function that uses these services. */
  readonly variables: Readonly<Record<string, string>>
}

/** Starts the services that the functions call, in a process of their own. */
export async function startServices(): Promise<{ readonly services: Services; close(): void }> {
  const child = fork(join(import.meta.dirname, 'services-process.ts'), {
    env: { AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const ended = once(child, 'exit').then(() => {
    throw new Error('the embedded services did not start')
  })
  const [services] = (await Promise.race([once(child, 'message'), ended])) as [Services]
  ended.catch(() => {})
  return { services, close: () => child.disconnect() }
}
