import type { PaymentProvider } from '../../lib/core/ports/payment-provider.ts'
import { type LedgerEntry, type RunningSandbox, startSandbox } from '../../lib/offline/sandbox/server.ts'
import { notchpayProvider } from '../../lib/providers/notchpay/provider.ts'
import { notchpaySandbox } from '../../lib/providers/notchpay/sandbox.ts'
import { wooshpayProvider } from '../../lib/providers/wooshpay/provider.ts'
import { wooshpaySandbox } from '../../lib/providers/wooshpay/sandbox.ts'
import type { ProviderUnderTest } from '../contracts/payment-provider.ts'

export const publicKey = 'pk_test_sandbox'
export const secretKey = 'sk_test_sandbox'
export const now = new Date('2026-03-01T12:00:00Z')
const clock = { now: () => now }

/** A real adapter and the sandbox it talks to over HTTP. */
export type Sandboxed = ProviderUnderTest & {
  readonly server: RunningSandbox
  /** The only request so far, or the last. */
  last(): LedgerEntry
  /** The next call gets this answer, and nothing is done. */
  answerNext(status: number, body?: unknown, headers?: Readonly<Record<string, string>>): void
}

export const sandboxedNotchPay = (): Promise<Sandboxed> =>
  sandboxed(notchpaySandbox({ publicKey }), (origin) => notchpayProvider({ origin, publicKey, clock }))

export const sandboxedWooshPay = (): Promise<Sandboxed> =>
  sandboxed(wooshpaySandbox({ secretKey }), (origin) => wooshpayProvider({ origin, secretKey, clock }))

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
