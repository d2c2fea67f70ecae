import { commandLine } from '../../lib/operator/advice/advice.ts'

const before = { ...process.env }
afterEach(() => {
  process.env = { ...before }
})

function suggested(environment: Readonly<Record<string, string>>): string {
  process.env = { ...environment }
  return commandLine('dead-letters', ['redrive', "o'brien", { placeholder: 'id' }], { stage: 'prod' })
}

describe('a suggested command', () => {
  const words = String.raw`redrive 'o'\''brien' <id> --stage prod`

  it.each([
    ['by its npm script, also by the script of another command', { npm_lifecycle_event: 'links' }, 'npm run'],
    ['with npx', { npm_command: 'exec', npm_lifecycle_event: 'npx' }, 'npx crm-pay-sync'],
    ['by the name of the program', {}, 'crm-pay-sync'],
  ])('is called as the one that suggests it: %s', (_, environment, prefix) => {
    const separator = prefix === 'npm run' ? '-- ' : ''
    expect(suggested(environment)).toBe(`${prefix} dead-letters ${separator}${words}`)
  })
})
