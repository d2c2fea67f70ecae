import { join } from 'node:path'
import { secretScopes } from '../../lib/adapters.ts'
import { findOutdatedFiles } from '../../lib/docs/generated-files.ts'
import { replacePart } from '../../lib/docs/markdown.ts'
import { parameters } from '../../lib/docs/parameters.ts'
import { readServerlessFile } from '../../lib/docs/serverless-file.ts'
import { variables } from '../../lib/docs/variables.ts'
import { knownVariables } from '../../lib/offline/environment.ts'

const root = join(__dirname, '../..')

it('every generated file is up to date', () => expect(findOutdatedFiles(root)).toEqual([]))

it('every variable that a stack reads is documented, and no other', () => {
  expect(Object.keys(variables).toSorted()).toEqual(knownVariables.toSorted())
})

it('every secret is among the variables', () => {
  const secrets = [...secretScopes.webhook, ...secretScopes.api]
  expect(secrets.filter((name) => !Object.hasOwn(variables, name))).toEqual([])
})

it('every parameter of serverless.yml is documented, and no other', () => {
  const file = readServerlessFile(root)
  expect(Object.keys(parameters).toSorted()).toEqual(Object.keys(file.parameters).toSorted())
})

describe('the generated part of a page', () => {
  const page = 'Before.\n\n<!-- begin generated: a -->\nold\n<!-- end generated: a -->\n\nAfter.\n'

  it('is replaced, and nothing else', () => {
    expect(replacePart(page, 'a', 'new')).toBe(
      'Before.\n\n<!-- begin generated: a -->\n\nnew\n\n<!-- end generated: a -->\n\nAfter.\n',
    )
  })

  it('must be marked exactly once', () => {
    expect(() => replacePart('no markers', 'a', 'new')).toThrow('expected one <!-- begin generated: a -->')
    expect(() => replacePart(page + page, 'a', 'new')).toThrow('expected one')
  })
})
