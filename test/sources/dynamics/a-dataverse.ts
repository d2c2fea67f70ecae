import type { CrmSource, ListedRecords } from '../../../lib/core/ports/crm-source.ts'
import { type RunningSandbox, startSandbox } from '../../../lib/offline/sandbox/server.ts'
import { memoryTokens } from '../../../lib/sources/access-token.ts'
import { offline } from '../../../lib/sources/dynamics/offline.ts'
import { dataverseSandbox } from '../../../lib/sources/dynamics/sandbox.ts'
import { entraSandbox } from '../../../lib/sources/dynamics/sandbox-login.ts'
import { type DynamicsOptions, dynamicsSource } from '../../../lib/sources/dynamics/source.ts'
import { now } from '../requests.ts'

export const organizationId = offline.contract.account
export const guid = (id: number) => `c0a80000-0000-4000-8000-${String(id).padStart(12, '0')}`

const credentials = {
  tenantId: 'acme.onmicrosoft.com',
  clientId: 'our-app',
  clientSecret: 'a secret & more',
}

export type Dataverse = {
  readonly api: RunningSandbox
  readonly login: RunningSandbox
  /** A source of its own, with an empty store of tokens. */
  readonly source: (changes?: Partial<DynamicsOptions>) => CrmSource & {
    readonly fetchCustomers: NonNullable<CrmSource['fetchCustomers']>
    readonly listChanged: NonNullable<CrmSource['listChanged']>
  }
  /** What `npm run doctor` asks with. */
  readonly connection: {
    readonly secrets: Readonly<Record<string, string>>
    readonly origins: Readonly<Record<string, string>>
  }
  readonly close: () => Promise<void>
}

/** Both sandboxes, and sources that use them. */
export async function startDataverse(
  options: Partial<Parameters<typeof dataverseSandbox>[0]> = {},
): Promise<Dataverse> {
  const { clientSecret, clientId, tenantId } = credentials
  const api = await startSandbox(dataverseSandbox({ clientSecret, organizationId, ...options }))
  const login = await startSandbox(entraSandbox(credentials))
  return {
    api,
    login,
    source: (changes = {}) => {
      const { fetchCustomers, listChanged, ...source } = dynamicsSource({
        ...credentials,
        webhookKeys: ['key'],
        origin: api.url,
        loginOrigin: login.url,
        store: memoryTokens(),
        clock: { now: () => now },
        ...changes,
      })
      if (!fetchCustomers || !listChanged) throw new Error('it has an API')
      return { ...source, fetchCustomers, listChanged }
    },
    connection: {
      secrets: {
        DYNAMICS_TENANT_ID: tenantId,
        DYNAMICS_CLIENT_ID: clientId,
        DYNAMICS_CLIENT_SECRET: clientSecret,
      },
      origins: { DYNAMICS_API_URL: api.url, DYNAMICS_LOGIN_URL: login.url },
    },
    close: async () => {
      await Promise.all([api.close(), login.close()])
    },
  }
}

/** All pages of a walk. `between` runs after each. */
export async function walk(
  { listChanged }: ReturnType<Dataverse['source']>,
  since: string,
  between: () => void = () => {},
): Promise<ListedRecords[]> {
  const pages: ListedRecords[] = []
  for (let cursor: string | null = null; ; ) {
    const page: ListedRecords = await listChanged(since, cursor)
    pages.push(page)
    between()
    cursor = page.cursor
    if (cursor === null) return pages
  }
}
