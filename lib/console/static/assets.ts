import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { projectRoot } from '../../operator/stage/project-root.ts'

export type Asset = { readonly body: Uint8Array<ArrayBuffer>; readonly type: string; readonly etag: string }

const require = createRequire(join(projectRoot, 'package.json'))
const own = (name: string) => join(projectRoot, 'lib/console/static', name)

const css = 'text/css; charset=utf-8'
const script = 'text/javascript; charset=utf-8'
const styles = ['base.css', 'layout.css', 'parts.css', 'charts.css', 'views.css']

/** Several files as one. */
const sources: Readonly<Record<string, readonly [type: string, files: () => readonly string[]]>> = {
  'console.css': [css, () => styles.map(own)],
  'console.js': [script, () => [own('console.js')]],
  'htmx.js': [
    script,
    () => [require.resolve('htmx.org/dist/htmx.min.js'), require.resolve('htmx.org/dist/ext/hx-sse.min.js')],
  ],
  'inter.woff2': [
    'font/woff2',
    () => [require.resolve('@fontsource-variable/inter/files/inter-latin-wght-normal.woff2')],
  ],
  'icon.svg': ['image/svg+xml', () => [own('icon.svg')]],
}

const assets = new Map<string, Asset>()

/** A file that pages load, by its name; null when there is none. */
export function findAsset(name: string): Asset | null {
  const known = assets.get(name)
  if (known) return known
  const source = Object.hasOwn(sources, name) ? sources[name] : undefined
  if (!source) return null
  const [type, files] = source
  const [first, ...others] = files().map((file) => readFileSync(file))
  const parts = [first ?? Buffer.alloc(0), ...others.flatMap((part) => [Buffer.from('\n'), part])]
  const body = new Uint8Array(Buffer.concat(parts))
  const asset = {
    body,
    type,
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 16)}"`,
  }
  assets.set(name, asset)
  return asset
}

/** Where a page loads the file from. It changes with the content, so that browsers may keep it. */
export function assetUrl(name: string): string {
  return `/static/${name}?v=${findAsset(name)?.etag.replaceAll('"', '')}`
}
