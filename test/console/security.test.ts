import { aSite, openSession, port, type TestSite } from './a-site.ts'

let console_: TestSite
beforeAll(async () => {
  console_ = await aSite()
})
afterAll(() => console_.close())

const choose = { method: 'POST', body: new URLSearchParams({ theme: 'dark', back: '/links' }) }

describe('who may ask', () => {
  it.each(['evil.example', 'evil.example:4321', '127.0.0.1.evil.example', '192.168.1.4:4321', ''])(
    'a Host of %p is answered 421, whatever is asked',
    async (host) => {
      for (const path of ['/', '/static/console.css', '/nothing']) {
        expect((await console_.ask(path, { headers: { host } })).status).toBe(421)
      }
      expect((await console_.ask('/choices', { ...choose, headers: { host } })).status).toBe(421)
    },
  )

  it.each([`127.0.0.1:${port}`, `localhost:${port}`, 'localhost:9000'])(
    'a Host of %p is served',
    async (host) => {
      expect((await console_.ask('/jobs', { headers: { host } })).status).toBe(200)
    },
  )

  it.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:3000' }],
    ['a page without an origin', { origin: 'null' }],
    ['another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
  ])('an action of %s is answered 403', async (_, headers) => {
    expect((await console_.act('/choices', { theme: 'dark' }, headers)).status).toBe(403)
  })

  it('a page of another site may link to a page, but load or fetch nothing', async () => {
    const from = (mode: string) =>
      console_.ask('/jobs', { headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': mode } })
    expect((await from('navigate')).status).toBe(200)
    for (const mode of ['no-cors', 'cors', 'websocket']) expect((await from(mode)).status).toBe(403)
  })
})

describe('actions', () => {
  it('work with the cookie and the token of a page', async () => {
    const response = await console_.act('/choices', { theme: 'dark', back: '/links?state=linked' })
    expect([response.status, response.headers.get('location')]).toEqual([303, '/links?state=linked'])
    expect(response.headers.get('set-cookie')).toMatch(
      /^console-4321-theme=dark;.*HttpOnly; SameSite=Strict$/,
    )
  })

  it('are answered 403 without a token, with a wrong one, and without a cookie', async () => {
    const { cookie, token } = await openSession(console_.ask)
    const other = await openSession(console_.ask)
    const tries: readonly (readonly [Record<string, string>, Record<string, string>])[] = [
      [{ cookie }, {}],
      [{ cookie }, { _token: '' }],
      [{ cookie }, { _token: `${token}x` }],
      [{ cookie }, { _token: other.token }],
      [{}, { _token: token }],
      [{ cookie: `console-${port}=invented` }, { _token: token }],
    ]
    for (const [headers, fields] of tries) {
      const body = new URLSearchParams({ theme: 'dark', ...fields })
      expect((await console_.ask('/choices', { method: 'POST', headers, body })).status).toBe(403)
    }
  })

  it.each(['application/json', 'text/plain'])('are answered 403 with a body of %s', async (type) => {
    const { cookie, token } = await openSession(console_.ask)
    const headers = { cookie, 'content-type': type }
    const body = JSON.stringify({ _token: token, theme: 'dark' })
    expect((await console_.ask('/choices', { method: 'POST', headers, body })).status).toBe(403)
  })

  it.each(['https://evil.example/', '//evil.example/', '/\\evil.example'])(
    'lead to no other site (%s)',
    async (back) => {
      expect((await console_.act('/choices', { theme: 'dark', back })).headers.get('location')).toBe('/')
    },
  )

  it('refuse a body of more than 2 MiB', async () => {
    expect((await console_.act('/choices', { theme: 'x'.repeat(3_000_000) })).status).toBe(413)
  })
})

describe('answers', () => {
  it.each(['/jobs', '/nothing', '/static/nothing', '/links?state=wrong'])(
    'of %s run only our own files, are shown in no frame and are not cached',
    async (path) => {
      const { headers } = await console_.ask(path)
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      )
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
      expect(headers.get('referrer-policy')).toBe('same-origin')
    },
  )

  it('hold no inline script, no inline style and no handler attribute', async () => {
    const text = await (await console_.ask('/jobs')).text()
    expect(text).not.toMatch(/<script(?![^>]* src=)|<style|style="|\son[a-z]+="/)
  })

  it('put what was asked for on a page as text', async () => {
    const evil = '"><script>alert(1)</script>'
    for (const path of [
      '/links?cursor=',
      '/links?state=',
      '/find?q=',
      '/dead-letters/',
      '/jobs/',
      '/dead-letters/cause?of=',
    ]) {
      const response = await console_.ask(`${path}${encodeURIComponent(evil)}`)
      expect(await response.text()).not.toContain('<script>alert')
      expect(response.status).toBeLessThan(500)
    }
  })

  it('let files of ours be kept, and say when one has not changed', async () => {
    const page = await (await console_.ask('/jobs')).text()
    const url = /href="(\/static\/console\.css\?v=[^"]+)"/.exec(page)?.[1] ?? ''
    const file = await console_.ask(url)
    expect(file.headers.get('cache-control')).toBe('max-age=31536000, immutable')
    const again = await console_.ask(url, { headers: { 'if-none-match': file.headers.get('etag') ?? '' } })
    expect([again.status, await again.text()]).toEqual([304, ''])
  })
})

describe('with a key', () => {
  it('only a browser that opened the printed address is let in, and the key works once', async () => {
    const locked = await aSite({ key: 'the-key' })
    expect((await locked.ask('/jobs')).status).toBe(401)
    expect((await locked.ask('/?key=wrong')).status).toBe(401)
    const opened = await locked.ask('/?key=the-key')
    expect([opened.status, opened.headers.get('location')]).toEqual([303, '/'])
    const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? ''
    expect((await locked.ask('/jobs', { headers: { cookie } })).status).toBe(200)
    expect((await locked.ask('/?key=the-key')).status).toBe(401)
    expect((await locked.ask('/choices', choose)).status).toBe(403)
    await locked.close()
  })
})
