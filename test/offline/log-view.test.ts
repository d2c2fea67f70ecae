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
