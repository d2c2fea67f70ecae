import { formatTable } from '../../../lib/cli/terminal/table.ts'
import { displayWidth } from '../../../lib/cli/terminal/width.ts'

const plain = (text: string) => text.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g'), '')

describe('formatTable', () => {
  const columns = [{ heading: 'NAME' }, { heading: 'CITY' }]

  it('aligns the columns and ends no line in blanks', () => {
    const text = plain(
      formatTable(columns, [
        ['Amara', 'Lagos'],
        ['Bo', 'Yaoundé'],
      ]),
    )
    expect(text.split('\n')).toEqual(['NAME   CITY', 'Amara  Lagos', 'Bo     Yaoundé'])
  })

  it('shows what is absent as a dash', () => {
    const text = plain(
      formatTable(columns, [
        [null, 'x'],
        ['a', undefined],
        ['', 0],
      ]),
    )
    expect(text.split('\n').slice(1)).toEqual(['–     x', 'a     –', '–     0'])
  })

  it('gives wide letters the two columns they take', () => {
    const text = plain(
      formatTable(columns, [
        ['李小龙', 'x'],
        ['abc', 'y'],
      ]),
    )
    expect(text.split('\n').slice(1)).toEqual(['李小龙  x', 'abc     y'])
  })

  it('lets no id steer the terminal', () => {
    const escapeKey = String.fromCharCode(27)
    expect(plain(formatTable(columns, [[`a${escapeKey}[2Jb`, 'line\nbreak']]))).toContain(
      'a·[2Jb  line·break',
    )
  })

  const wide = [
    { heading: 'ID', shortening: 'last' },
    { heading: 'STATE' },
    { heading: 'REASON', shortening: 'first' },
  ] as const
  const id = '5f8a0c9e3b1d4c6f9a512f4f3b0f6f11'
  const rows = [
    [id, 'undecided', '客户 '.repeat(20)],
    [id.toUpperCase(), 'linked', 'two customers match the e-mail address of the record'],
  ]

  it('shortens nothing where the width is unlimited, as in a pipe', () => {
    expect(formatTable(wide, rows, Number.POSITIVE_INFINITY)).not.toContain('…')
  })

  it('shortens free text first, and ids only when nothing else is left', () => {
    const at = (width: number) => plain(formatTable(wide, rows, width))
    expect(at(80)).toMatch(/户…$/m)
    expect(at(80)).toContain(`${id}  undecided`)
    expect(at(54)).toContain(`${id}  undec…`)
    expect(at(30)).not.toContain(id)
  })

  it.each([12, 30, 40, 80, 120])('has no line wider than a terminal of %d columns', (width) => {
    const lines = plain(formatTable(wide, rows, width)).split('\n')
    expect(lines.filter((text) => displayWidth(text) > width)).toEqual([])
  })

  const common = [{ heading: 'SOURCE' }, { heading: 'MODE' }, { heading: 'ERROR' }, { heading: 'RECORD' }]

  it('says once above the table what is equal in all rows, and leaves out what is absent in all', () => {
    const text = formatTable(common, [
      ['hubspot', 'test', null, '1'],
      ['hubspot', 'test', null, '2'],
    ])
    expect(plain(text).split('\n')).toEqual(['source hubspot · mode test', 'RECORD', '1', '2'])
  })

  it('shows a single row whole', () => {
    expect(plain(formatTable(common, [['hubspot', 'test', null, '1']])).split('\n')).toEqual([
      'SOURCE   MODE  ERROR  RECORD',
      'hubspot  test  –      1',
    ])
  })
})
