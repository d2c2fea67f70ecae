import type { MiddlewareHandler } from 'hono'
import { secureHeaders } from 'hono/secure-headers'

const own = ["'self'"]
const none = ["'none'"]

/** Headers of every answer: only our own files run on a page, no other site may show or read one, and nothing is cached. */
const answerHeaders = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: none,
    scriptSrc: own,
    styleSrc: own,
    imgSrc: own,
    fontSrc: own,
    connectSrc: own,
    formAction: own,
    baseUri: none,
    frameAncestors: none,
  },
  // With `no-referrer`, browsers would send forms with `Origin: null`.
  referrerPolicy: 'same-origin',
  xFrameOptions: 'DENY',
  // Means nothing over http.
  strictTransportSecurity: false,
  permissionsPolicy: { camera: [], geolocation: [], microphone: [] },
})

export const protectAnswers: MiddlewareHandler = async (c, next) => {
  await answerHeaders(c, async () => {
    await next()
    if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store')
  })
}
