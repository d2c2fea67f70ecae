import type { MiddlewareHandler } from 'hono'
import { loopbackHost } from '../../offline/guard.ts'

/**
 * 421 for a `Host` that is not loopback: after DNS rebinding, a browser sends the name of the page's own host. Any port is
 * accepted, so that the console can be reached through an SSH tunnel.
 */
export const checkHost: MiddlewareHandler = async (c, next) => {
  if (!loopbackHost.test(c.req.header('host') ?? ''))
    return c.text('Misdirected request: expected the Host 127.0.0.1 or localhost\n', 421)
  await next()
  return undefined
}

/**
 * 403 for an action of another origin, and for anything that a page of another site loads or fetches. Following a link from
 * elsewhere is fine. Programs that are no browser send neither header.
 */
export const checkOrigin: MiddlewareHandler = async (c, next) => {
  const { origin, site, mode } = {
    origin: c.req.header('origin'),
    site: c.req.header('sec-fetch-site') ?? 'none',
    mode: c.req.header('sec-fetch-mode') ?? 'navigate',
  }
  const isOwn = site === 'none' || site === 'same-origin'
  const isRead = c.req.method === 'GET' || c.req.method === 'HEAD'
  const isForeign = origin !== undefined && origin !== `http://${c.req.header('host')}`
  if (isForeign || (!isOwn && !(isRead && mode === 'navigate')))
    return c.text('Forbidden: the request comes from another site\n', 403)
  await next()
  return undefined
}
