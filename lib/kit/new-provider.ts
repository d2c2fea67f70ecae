import type { Kit } from './add-adapter.ts'

/**
 * `npm run new-provider`: a payment provider's folder, a test of what is still to be found out, and its line in
 * lib/providers/index.ts. Not in sync.config.ts: where customers are created is the operator's decision.
 */
export const newProvider: Kit = {
  kind: 'payment provider',
  example: 'till',
  copies: {
    provider: 'lib/providers/*',
    'provider-facts.template.ts': 'test/providers/*/facts.test.ts',
  },
  lists: {
    'lib/providers/index.ts': (text, { camel, name }) =>
      `${text}export { ${camel} } from './${name}/index.ts'\n`,
  },
  next: (name) => [
    'Next: npm run docs',
    `Then: npx jest test/providers/${name}`,
    'CONTRIBUTING.md, "Add a provider", says what belongs where.',
    `To use it, add '${name}' to providers and routes in sync.config.ts.`,
  ],
}
