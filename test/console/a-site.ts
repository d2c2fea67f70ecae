import type { Hono } from 'hono'
import { consoleApp } from '../../lib/console/app.ts'
import type { Env } from '../../lib/console/security/session.ts'
import { localPlace, type Place } from '../../lib/console/state/place.ts'
import { newSite, type Site } from '../../lib/console/state/site.ts'
import type { StackInfo } from '../../lib/offline/stack-file.ts'
import { aStack, type TestStack } from '../cli/a-stack.ts'

export const port = 4321
const origin = `http://127.0.0.1:${port}`

/** The pages for a table and queues of their own, asked without a socket. */
export type TestSite = {
  readonly site: Site
  readonly stack: TestStack
  /** A request as a browser sends it to the console; other headers replace these. */
  ask(path: string, init?: RequestInit): Promise<Response>
  /** The same, with the cookie and token of a page that was opened before. */
  act(path: string, fields?: Record<string, string>, headers?: Record<string, string>): Promise<Response>
  close(): Promise<void>
}

/** `given` replaces addresses of the stack, `find` what the pages find of it, `place` the stack itself. */
export async function aSite(
  settings: { readonly key?: string } = {},
  given: Partial<StackInfo> = {},
  find?: () => StackInfo | null,
  place?: Place,
): Promise<TestSite> {
  const stack = await aStack(given)
  const site = newSite(place ?? localPlace(find ?? (() => stack.info)))
  const app: Hono<Env> = consoleApp(site, { port, ...settings })
  const ask = async (path: string, { headers, ...init }: RequestInit = {}) =>
    app.request(`${origin}${path}`, {
      ...init,
      headers: { host: `127.0.0.1:${port}`, ...Object.fromEntries(new Headers(headers)) },
    })
  return {
    site,
    stack,
    ask,
    act: async (path, fields = {}, headers = {}) => {
      const { cookie, token } = await openSession(ask)
      return ask(path, {
        method: 'POST',
        headers: { cookie, origin, 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body: new URLSearchParams({ _token: token, ...fields }),
      })
    },
    close: async () => {
      await site.close()
      stack.close()
    },
  }
}

/** What a browser has after it opened a page: the cookie, and the token in each form. */
export async function openSession(ask: TestSite['ask']): Promise<{ cookie: string; token: string }> {
  const response = await ask('/jobs')
  const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? ''
  const token = /name="_token" value="([^"]+)"/.exec(await response.text())?.[1] ?? ''
  return { cookie, token }
}
