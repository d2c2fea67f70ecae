import type { Variables } from './environment.ts'
import { hubspotSandbox } from './sandbox/hubspot.ts'
import { notchpaySandbox } from './sandbox/notchpay.ts'
import { pipedriveSandbox } from './sandbox/pipedrive.ts'
import { type RunningSandbox, type Sandbox, startSandbox } from './sandbox/server.ts'
import { wooshpaySandbox } from './sandbox/wooshpay.ts'

/** Which sandbox stands in for which address, and the key it wants to see. */
const sandboxes: Readonly<Record<string, (variables: Variables) => Sandbox>> = {
  NOTCHPAY_API_URL: ({ NOTCHPAY_PUBLIC_KEY: publicKey = '' }) => notchpaySandbox({ publicKey }),
  WOOSHPAY_API_URL: ({ WOOSHPAY_SECRET_KEY: secretKey = '' }) => wooshpaySandbox({ secretKey }),
  HUBSPOT_API_URL: ({ HUBSPOT_ACCESS_TOKEN: accessToken = '' }) => hubspotSandbox({ accessToken }),
  PIPEDRIVE_API_URL: ({ PIPEDRIVE_API_TOKEN: apiToken = '' }) => pipedriveSandbox({ apiToken }),
}

export type RunningSandboxes = {
  /** `*_API_URL` → origin, for those that were not given. */
  readonly variables: Variables
  /** Name → origin. */
  readonly urls: Readonly<Record<string, string>>
  close(): Promise<void>
}

/** Starts a sandbox for every address that was not given, so that nothing offline ever reaches a real one. */
export async function startSandboxes(given: Variables): Promise<RunningSandboxes> {
  const missing = Object.entries(sandboxes).filter(([variable]) => !given[variable])
  const running: (readonly [string, RunningSandbox])[] = await Promise.all(
    missing.map(async ([variable, create]) => [variable, await startSandbox(create(given))] as const),
  )
  return {
    variables: Object.fromEntries(running.map(([variable, { url }]) => [variable, url])),
    urls: Object.fromEntries(running.map(([, { name, url }]) => [name, url])),
    close: async () => {
      await Promise.all(running.map(([, sandbox]) => sandbox.close()))
    },
  }
}
