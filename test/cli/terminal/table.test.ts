import { formatTable } from '../../../lib/cli/terminal/table.ts'

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
        [null, undefined],
        ['', 0],
      ]),
    )
    expect(text.split('\n').slice(1)).toEqual(['–     –', '–     0'])
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
})
