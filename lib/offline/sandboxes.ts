import { offlineProviders } from '../providers/offline.ts'
import { offlineSources } from '../sources/offline.ts'
import type { Variables } from './environment.ts'
import type { SandboxOfApi } from './sandbox/sandbox.ts'
import type { RunningSandbox } from './sandbox/server.ts'
import { startSandbox } from './sandbox/server.ts'

/** Which sandbox stands in for which address. */
const sandboxes: Readonly<Record<string, SandboxOfApi>> = Object.assign(
  {},
  ...[...Object.values(offlineProviders), ...Object.values(offlineSources)].map((half) => half.sandboxes),
)

export type RunningSandboxes = {
  /** `*_API_URL` → origin, for those that were not given. */
  readonly variables: Variables
  /** Name → origin. */
  readonly urls: Readonly<Record<string, string>>
  close(): Promise<void>
}

/** Starts a sandbox for every address that was not given, so that nothing offline ever reaches a real one. */
export async function startSandboxes(given: Variables): Promise<RunningSandboxes> {
  const missing = Object.entries(sandboxes).filter(
    ([variable, { isDefault }]) => isDefault && !given[variable],
  )
  const running: (readonly [string, RunningSandbox])[] = await Promise.all(
    missing.map(async ([variable, { create }]) => [variable, await startSandbox(create(given))] as const),
  )
  return {
    variables: Object.fromEntries(running.map(([variable, { url }]) => [variable, url])),
    urls: Object.fromEntries(running.map(([, { name, url }]) => [name, url])),
    close: async () => {
      await Promise.all(running.map(([, sandbox]) => sandbox.close()))
    },
  }
}
