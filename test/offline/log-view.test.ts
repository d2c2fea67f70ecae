import { stripVTControlCharacters } from 'node:util'
import { viewLogLine } from '../../lib/offline/log-view.ts'

const view = (line: string) => {
  const shown = viewLogLine(line)
  return shown === null ? null : stripVTControlCharacters(shown)
}

describe('what a person at a terminal sees of the logs', () => {
  it('is one short line a step', () => {
    const line = JSON.stringify({
      level: 'WARN',
      message: 'will be tried again',
      timestamp: '2026-03-01T10:11:12.345Z',
      service: 'crm-pay-sync',
      recordId: '51',
      afterSeconds: 5,
      code: null,
    })
    expect(view(line)).toBe('10:11:12 WARN  will be tried again recordId=51 afterSeconds=5')
  })

  const details = (fields: object) => {
    const shown = view(JSON.stringify({ level: 'INFO', message: 'done', ...fields }))
    return shown?.replace('INFO  done ', '')
  }

  it('names a record in one field', () => {
    const record = { source: 'hubspot', account: '48213377', recordType: 'contact', recordId: '51230' }
    expect(details({ ...record, code: 'TIMEOUT' })).toBe('record=hubspot/48213377/contact/51230 code=TIMEOUT')
    expect(details({ source: 'hubspot', changes: 2 })).toBe('source=hubspot changes=2')
  })

  it.each([
    ['two words', '"two words"'],
    ['say "no"', String.raw`"say \"no\""`],
    ['a=b', '"a=b"'],
    ['', '""'],
    ['line\nbreak', String.raw`"line\nbreak"`],
    [['phone', 'address.country'], '[phone,address.country]'],
    [['a b', ''], '["a b",""]'],
    [true, 'true'],
    [{ TIMEOUT: 2 }, '{"TIMEOUT":2}'],
  ])('quotes what would be misread: %j', (value, expected) => {
    expect(details({ reason: value })).toBe(`reason=${expected}`)
  })

  it('does not repeat the request id, which CloudWatch needs', () => {
    expect(view('{"level":"INFO","message":"done","requestId":"id-1","function_request_id":"id-2"}')).toBe(
      'INFO  done',
    )
  })

  it('is no metrics', () => {
    expect(view('{"_aws":{"Timestamp":1},"created":1}')).toBeNull()
  })

  it.each(['plain text', '{"not":"a log line"}', '{broken', ''])(
    'is anything else as it came: %j',
    (line) => {
      expect(view(line)).toBe(line)
    },
  )
})
