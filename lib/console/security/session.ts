import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'

/** What a request carries of its browser: the token that its forms must send, and how it wants pages to look. */
export type Session = {
  readonly token: string
  readonly theme: Theme
  /** Whether single keys are shortcuts. */
  readonly hasShortcuts: boolean
}
export const themes = ['auto', 'light', 'dark'] as const
type Theme = (typeof themes)[number]

export type Env = { readonly Variables: { readonly session: Session } }

/** The field of a form that holds the token. */
export const tokenField = '_token'

type Settings = {
  readonly port: number
  /** Set: only browsers that have opened the address with this key once are let in. */
  readonly key: string | undefined
}

/**
 * Gives each browser a session and refuses, with 403, an action without the token of its session. The cookie is sent to every
 * port of 127.0.0.1, so its name holds ours, and knowing it is not enough: the token is made of it with a secret.
 */
export function sessions({ port, key }: Settings): MiddlewareHandler<Env> {
  const secret = randomBytes(32)
  const known = new Set<string>()
  let unusedKey = key
  const cookie = `console-${port}`
  const tokenOf = (id: string) => createHmac('sha256', secret).update(id).digest('base64url')

  const begin = (c: Context): string => {
    const id = randomBytes(18).toString('base64url')
    known.add(id)
    setCookie(c, cookie, id, { httpOnly: true, sameSite: 'Strict', path: '/' })
    return id
  }

  return async (c, next) => {
    const given = getCookie(c, cookie)
    const isKnown = given !== undefined && known.has(given)
    const isRead = c.req.method === 'GET' || c.req.method === 'HEAD'
    if (key !== undefined && !isKnown) {
      if (!isRead || unusedKey === undefined || !isEqual(c.req.query('key') ?? '', unusedKey))
        return c.html(keyPage, isRead ? 401 : 403)
      unusedKey = undefined
      begin(c)
      return c.redirect('/', 303)
    }
    if (!isRead && !isKnown) return refuse(c)
    const token = tokenOf(isKnown ? given : begin(c))
    if (!isRead) {
      const sent = c.req.header('x-console-token') ?? (await c.req.parseBody())[tokenField]
      if (typeof sent !== 'string' || !isEqual(sent, token)) return refuse(c)
    }
    const theme = themes.find((it) => it === getCookie(c, `${cookie}-theme`)) ?? 'auto'
    c.set('session', { token, theme, hasShortcuts: getCookie(c, `${cookie}-shortcuts`) !== 'off' })
    await next()
    return undefined
  }
}

/** Keeps a choice of the browser for a year. */
export function keepChoice(c: Context, port: number, name: 'theme' | 'shortcuts', value: string): void {
  const maxAge = 365 * 86_400
  setCookie(c, `console-${port}-${name}`, value, { httpOnly: true, sameSite: 'Strict', path: '/', maxAge })
}

const refuse = (c: Context) =>
  c.text(
    'Forbidden: the form is out of date or comes from another site. Go back, reload the page, try again\n',
    403,
  )

function isEqual(one: string, other: string): boolean {
  const digest = (text: string) => createHmac('sha256', 'compare').update(text).digest()
  return timingSafeEqual(digest(one), digest(other))
}

const keyPage = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Console: key required</title>
<h1>Key required</h1><p>Open the address that the command printed: it ends with <code>?key=…</code> and works once.
Run the command again for a new key.</p></html>`
