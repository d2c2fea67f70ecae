import { type RunningSandbox, type Sandbox, startSandbox } from '../../../lib/offline/sandbox/server.ts'

/** A sender's read API: `/contacts/{id}` answers what is in `documents` under that path, 404 else. */
export function startReadApi(
  documents: Readonly<Record<string, object>>,
  token: string,
): Promise<RunningSandbox> {
  const api: Sandbox = {
    name: 'read-api',
    records: () => [],
    handle: ({ path, headers }) => {
      if (headers['authorization'] !== `Bearer ${token}`) return { status: 401 }
      const document = documents[path]
      return document ? { status: 200, body: { data: document } } : { status: 404, body: {} }
    },
  }
  return startSandbox(api)
}
