import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { recordTypes } from '../../lib/core/model/change.ts'
import { eventActions, eventJsonSchema } from '../../lib/docs/event-schema.ts'
import { aRequest, bytes } from '../sources/requests.ts'
import { aSource } from '../support/a-source.ts'

const events = join(__dirname, '../../events/standard-webhooks')
const samples = globSync('*.json', { cwd: events, exclude: ['*.meta.json'] })
const read = (file: string) => JSON.parse(readFileSync(join(events, file), 'utf8'))

const isValid = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(eventJsonSchema())
const source = aSource('standard-webhooks')
const isRead = (event: unknown): boolean => {
  try {
    const read = source.door?.readChanges(aRequest({ body: bytes(event) }))
    return read !== undefined && !(read instanceof Promise) && read.changes.length > 0
  } catch {
    return false
  }
}
const event = { type: 'contact.updated', timestamp: '2026-03-01T09:30:00Z', data: { id: 'c-1' } }

describe('the JSON Schema of the events', () => {
  it.each(samples)('agrees with the source on the sample %s', (file) => {
    expect(isValid(read(file))).toBe(file !== 'invoice.paid.json')
    expect(isRead(read(file))).toBe(file !== 'invoice.paid.json')
  })

  it('has every type that the source follows', () => {
    for (const type of recordTypes.flatMap((record) => eventActions.map((action) => `${record}.${action}`))) {
      const data = { id: 'c-1', ...(type.endsWith('.merged') && { mergedIds: ['c-2'] }) }
      expect([type, isValid({ ...event, type, data }), isRead({ ...event, type, data })]).toEqual([
        type,
        true,
        true,
      ])
    }
  })

  it.each([
    ['an id that is a number', { ...event, data: { id: 7 } }, true],
    ['unknown fields', { ...event, data: { id: 'c-1', tags: ['x'] } }, true],
    ['fields that are empty', { ...event, data: { id: 'c-1', email: null, phone: '' } }, true],
    ['no id', { ...event, data: {} }, false],
    ['no timestamp', { type: event.type, data: event.data }, false],
    ['an e-mail that is an object', { ...event, data: { id: 'c-1', email: {} } }, false],
    ['a merge without mergedIds', { ...event, type: 'contact.merged' }, false],
    ['a type that is not followed', { ...event, type: 'contact.renamed' }, false],
  ])('agrees with the source on %s', (_, document, accepted) => {
    expect([isValid(document), isRead(document)]).toEqual([accepted, accepted])
  })
})
