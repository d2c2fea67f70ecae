import type { Kit } from './add-adapter.ts'

/** `npm run new-source`: a CRM's folder, a sample, a test of what is still to be found out, its page, and its lines. */
export const newSource: Kit = {
  kind: 'CRM',
  example: 'tally',
  copies: {
    source: 'lib/sources/*',
    'events/tally': 'events/*',
    'source-facts.template.ts': 'test/sources/*/facts.test.ts',
    'connect-source.md': 'docs/connect/*.md',
  },
  lists: {
    'lib/sources/index.ts': (text, { camel, name }) =>
      `${text}export { ${camel} } from './${name}/index.ts'\n`,
    'sync.config.ts': (text, { name }) =>
      text.replace(/^ {2}sources: \{\n/m, `$&    ${name.includes('-') ? `'${name}'` : name}: {},\n`),
  },
  next: (name) => [
    'Next: npm run docs',
    `Then: npx jest test/sources/${name}`,
    'CONTRIBUTING.md, "Add a CRM", says what belongs where.',
  ],
}
