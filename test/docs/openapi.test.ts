import { dirname, join } from 'node:path'
import { webhookCodes } from '../../lib/core/error-codes/webhooks.ts'
import { openApiDocument } from '../../lib/docs/openapi.ts'
import { sourceNames } from '../../lib/sources/registry.ts'
import { runNode } from '../support/run-node.ts'

const root = join(__dirname, '../..')

it('docs/openapi.json is valid OpenAPI 3.1', async () => {
  const validator = join(
    dirname(require.resolve('@seriousme/openapi-schema-validator')),
    'bin/validate-api-cli.js',
  )
  const { code, stdout } = await runNode(root, [validator, 'docs/openapi.json'], {})
  expect({ code, answer: JSON.parse(stdout) }).toEqual({ code: 0, answer: { valid: true } })
})

it('every source, and every code that refuses a webhook, is in it', () => {
  const text = JSON.stringify(openApiDocument('0.0.0'))
  expect(sourceNames.filter((name) => !text.includes(`"${name}"`))).toEqual([])
  // BAD_SECRET is the operator's mistake: the CRM gets a 503 without a code.
  const codes = Object.keys(webhookCodes).filter((code) => code !== 'BAD_SECRET')
  expect(codes.filter((code) => !text.includes(code))).toEqual([])
})
