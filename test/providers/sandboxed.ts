import type { ProviderName } from '../../lib/core/model/provider.ts'
import type { PaymentProvider } from '../../lib/core/ports/payment-provider.ts'
import type { LedgerEntry } from '../../lib/offline/sandbox/sandbox.ts'
import type { RunningSandbox } from '../../lib/offline/sandbox/server.ts'
import { startSandbox } from '../../lib/offline/sandbox/server.ts'
import { buildProvider } from '../../lib/providers/build-provider.ts'
import type { ProviderDefinition } from '../../lib/providers/definition.ts'
import { offlineProviders } from '../../lib/providers/offline.ts'
import type { OfflineProvider } from '../../lib/providers/offline-definition.ts'
import { providers } from '../../lib/providers/registry.ts'
import type { ProviderUnderTest } from '../contracts/payment-provider.ts'

export const publicKey = 'pk_test_sandbox'
export const secretKey = 'sk_test_sandbox'
export const now = new Date('2026-03-01T12:00:00Z')
const clock = { now: () => now }

/** A real adapter and the sandbox that it calls over HTTP. */
export type Sandboxed = ProviderUnderTest & {
  readonly server: RunningSandbox
  /** The last request. */
  last(): LedgerEntry
  /** The next call gets this response and is not carried out. */
  answerNext(status: number, body?: unknown, headers?: Readonly<Record<string, string>>): void
}

/** A provider with its made-up keys, and its sandbox. */
export function sandboxedProvider(name: ProviderName): Promise<Sandboxed> {
  const [definition, offline] = [providers[name], offlineProviders[name]]
  if (!definition || !offline) throw new Error(`there is no provider ${name}`)
  return sandboxedHalves(definition, offline)
}

/** The same for a provider that is not listed. */
export function sandboxedHalves(
  definition: ProviderDefinition,
  offline: OfflineProvider,
): Promise<Sandboxed> {
  const [variable, sandboxOf] = Object.entries(offline.sandboxes)[0] ?? []
  if (!variable || !sandboxOf) throw new Error(`${definition.name} has no sandbox`)
  const secrets = { ...offline.secrets, NOTCHPAY_PUBLIC_KEY: publicKey, WOOSHPAY_SECRET_KEY: secretKey }
  return sandboxed(sandboxOf.create(secrets), (url) =>
    buildProvider(definition, { secrets, variables: { [variable]: url }, clock }),
  )
}

export const sandboxedNotchPay = () => sandboxedProvider('notchpay')
export const sandboxedWooshPay = () => sandboxedProvider('wooshpay')

async function sandboxed(
  sandbox: Parameters<typeof startSandbox>[0],
  connect: (origin: string) => PaymentProvider,
): Promise<Sandboxed> {
  const server = await startSandbox(sandbox)
  return {
    provider: connect(server.url),
    server,
    held: () => sandbox.records(),
    calls: () => server.ledger.length,
    loseNextAnswer: () => server.setFaults([{ effect: 'commit-then-reset', times: 1 }]),
    breakDown: () => server.setFaults([{ effect: 'answer', status: 500 }]),
    answerNext: (status, body = '', headers = {}) =>
      server.setFaults([{ effect: 'answer', times: 1, status, body, headers }]),
    last() {
      const entry = server.ledger.at(-1)
      if (!entry) throw new Error('no request came')
      return entry
    },
    stop: () => server.close(),
  }
}
