import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(__dirname, '../..')
const readText = (file: string) => readFileSync(join(root, file), 'utf8')

describe('the reading order in CONTRIBUTING.md', () => {
  const [, rest = ''] = readText('CONTRIBUTING.md').split('To follow one change')
  const [section = ''] = rest.split('\n## ')
  const files = [...section.matchAll(/^\d+\. `([^`]+)`/gm)].map(([, file = '']) => file)

  it('leads from the webhook to the provider in at most eight files', () => {
    expect(files.length).toBeLessThanOrEqual(8)
    expect(files[0]).toBe('functions/receive-webhook.ts')
    expect(readText(files.at(-1) ?? '')).toContain('provider.createCustomer(')
  })

  it.each(files)('names %s, which exists and has at most 150 lines', (file) => {
    expect(existsSync(join(root, file))).toBe(true)
    expect(readText(file).split('\n').length - 1).toBeLessThanOrEqual(150)
  })
})
