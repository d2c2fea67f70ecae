import fc from 'fast-check'
import { knownWords } from '../../lib/providers/known-words.ts'
import { errorWords as ofNotchPay } from '../../lib/providers/notchpay/error-words.ts'
import { repeatError } from '../../lib/providers/repeat-error.ts'
import { errorWords as ofWooshPay } from '../../lib/providers/wooshpay/error-words.ts'
import { encodings, everyEncoding, unaccented } from '../support/encodings.ts'

const vocabulary = knownWords({
  sentences: [...ofNotchPay.sentences, ...ofWooshPay.sentences],
  fields: [...ofNotchPay.fields, ...ofWooshPay.fields],
  types: [...ofNotchPay.types, ...ofWooshPay.types],
})
type Said = Partial<Parameters<typeof repeatError>[0]>
const repeat = (said: Said, sent?: readonly string[]) =>
  repeatError({ message: '', field: undefined, type: undefined, code: undefined, ...said }, sent, vocabulary)
const messageOf = (message: string, sent?: readonly string[]) =>
  repeat({ message }, sent).text.replace(/^: /, '')

const amelie = [
  'Amélie Ngô Bassa',
  'amelie.bassa@example.cm',
  '+237677123456',
  '12 Rue de la Joie',
  '1984-03-12',
  'hiv_status',
]

describe('a documented error', () => {
  const sentences = [...ofNotchPay.sentences, ...ofWooshPay.sentences, 'Bad Request'].map((sentence) =>
    sentence.replace('{field}', 'email').replace('{field}', 'phone').replace('{n}', '30'),
  )

  it.each(sentences)('is repeated: %s', (sentence) => {
    expect(messageOf(sentence)).toBe(sentence)
    expect(messageOf(`${sentence}.`)).toBe(sentence)
    // Even if all its words belong to a name.
    expect(messageOf(sentence, [sentence, ...sentence.split(' ')])).toBe(sentence)
  })

  it.each([
    'Validation failed: The email field is required when phone is not present',
    'Rate limit exceeded. Try again in 30 seconds',
    'The given data was invalid. (and 2 more errors)',
    'The given data was invalid.: The phone format is invalid',
  ])('is repeated, sentence by sentence: %s', (message) => {
    expect(messageOf(message)).toBe(message)
  })

  it('has placeholders only for a field and a short number', () => {
    expect(messageOf('The Amélie has already been taken.', amelie)).toBe('… has already been taken')
    expect(messageOf('Try again in 677123456 seconds', [])).toBe('Try again in … seconds')
    expect(messageOf('The Amélie has already been taken.')).toBe('')
  })
})

describe('an undocumented error', () => {
  it.each([
    [
      'The phone number is not supported in this country.',
      'The phone number is not supported in this country',
    ],
    ["You don't have permission, we can't help", "You don't have permission we can't …"],
    ['No customer a.diop+x@mail.example.sn here', 'No customer …'],
    ['Email amelie.bassa@example.cm is already used by cus_18', '… is already used by …'],
    ['first line\n\n  the second line', 'first line the second line'],
    ['this is a temporary problem. A new one', 'this is a temporary problem. A new one'],
    ['A m e l i a is gone', '… is gone'],
    ['"the value" (of `email`) is [invalid]', 'the value of email is invalid'],
  ])('keeps its common words: %j', (message, expected) => {
    expect(messageOf(message, amelie)).toBe(expected)
  })

  it('is omitted when the sent texts are not known', () => {
    expect(messageOf('The phone number is not supported in this country.')).toBe('')
    expect(messageOf('Validation failed: the name is too long')).toBe('Validation failed: …')
  })

  it('keeps no word that was sent, however common', () => {
    const grace = ['Grace Field', 'field@page.example', 'Will Not']
    expect(messageOf('customer grace field is blocked in this account', grace)).toBe(
      'customer … is blocked in this account',
    )
    expect(messageOf('the payment page will not load', grace)).toBe('the payment …')
  })

  it.each([
    ['without its accents', 'Fïéld', 'the field is blocked for this customer'],
    ['as the beginning of another word', 'Fielding', 'the field is blocked for this customer'],
    ['as the end of another word', 'Mayfield', 'the field is blocked for this customer'],
    ['within another word', 'Canfielder', 'the field is blocked for this customer'],
    ['with an ending', 'Field', 'the fields is blocked for this customer'],
  ])('keeps no word that was sent %s', (_, name, message) => {
    expect(messageOf(message, [name])).toBe('the … is blocked for this customer')
  })

  it('keeps no words that together spell a word that was sent', () => {
    expect(messageOf('customer an is was found', ['Anis Ba'])).toBe('customer … was found')
    expect(messageOf('customer no tin was found', ['No Tin'])).not.toMatch(/no/)
    expect(messageOf('customer not in was found', ['No Tin'])).toBe('customer … was found')
  })

  it('keeps no capitalised word, except a first word followed by common words', () => {
    expect(messageOf('Invalid name for Customer Service of Field', [])).toBe('Invalid name for … of …')
    expect(messageOf('Customer Amina was not found', [])).toBe('… was not found')
    expect(messageOf('Customer was not found', [])).toBe('Customer was not found')
    expect(messageOf('GRACE FIELD IS BLOCKED IN THIS ACCOUNT', [])).toBe('')
    expect(messageOf('the API needs JSON with an ID', [])).toBe('the API needs JSON with an ID')
  })

  it('keeps no number', () => {
    expect(messageOf('born on 12 03 1984 and 7 days', [])).not.toMatch(/\d/)
  })
})

describe('the facts besides the message', () => {
  it('are the type, the code and the field', () => {
    const said = { type: 'invalid_request_error', code: 'resource_missing', field: 'email' }
    expect(repeat(said).text).toBe(' (invalid_request_error, resource_missing, field email)')
    expect(repeat({ ...said, message: 'Not found' }).text).toBe(
      ' (invalid_request_error, resource_missing, field email): Not found',
    )
  })

  it.each([
    ['email', 'email'],
    ['customer.email', 'customer.email'],
    ['data.0.phone', 'data.0.phone'],
    ['address[postal_code]', 'address.postal_code'],
    ['metadata.hiv_status', 'metadata'],
    ['metadata[Amélie]', 'metadata'],
    ['Amélie', undefined],
    ['kofi@example.gh', undefined],
    ['email.Amélie', undefined],
    ['12.34.56', undefined],
    ['email.12.34.56', undefined],
    ['email.'.repeat(1000), undefined],
    ['', undefined],
  ])('of the field %j: %j', (said, field) => {
    expect(repeat({ field: said }).field).toBe(field)
  })

  it.each(['amelie', 'Amélie', 'x', '', 'field_grace', 'a_b', 'email'.repeat(1000), 'missing_'.repeat(9)])(
    'are not the code %j',
    (code) => {
      expect(repeat({ code, type: code }, ['Grace Field']).text).toBe('')
    },
  )
})

/** Letters and digits only, normalised: the readable rest of a text. */
const compact = (text: string) =>
  unaccented(text.normalize('NFKC'))
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')

/** Words that may occur in any response, whatever was sent. */
const ordinary = new Set([
  '',
  ...vocabulary.plain,
  ...[...ofNotchPay.sentences, ...ofWooshPay.sentences]
    .join(' ')
    .toLowerCase()
    .split(/[^a-z]+/),
])

const letters = fc.string({
  unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzéïôñçâäöüđøłßœ', 'ỹ', 'ạ', 'ọ̀', 'Ж', 'ن', '王'),
  minLength: 3,
  maxLength: 12,
})
const name = letters.map((text) => text.charAt(0).toUpperCase() + text.slice(1))
const digits = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length })
const key = fc
  .tuple(fc.constantFrom('pk_test_', 'pk_live_', 'sk_test_', 'pk.', 'b.'), fc.base64String({ minLength: 16 }))
  .map(([prefix, tail]) => `${prefix}${tail}`)
const person = fc.record({
  full: fc.tuple(name, name).map((both) => both.join(' ')),
  email: fc.tuple(letters, letters).map(([user, host]) => `${user}@${host}.example`),
  phone: digits(9).map((text) => `+237${text}`),
  born: fc
    .date({ min: new Date('1930-01-01'), max: new Date('2015-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10)),
  metadataKey: letters,
  key,
})

const shapes: readonly ((quoted: string) => Said)[] = [
  (quoted) => ({ message: quoted }),
  (quoted) => ({ message: `The email ${quoted} has already been taken.` }),
  (quoted) => ({ message: `Cannot parse {"name":"${quoted}","x":1} near line 1` }),
  (quoted) => ({ message: `No such API key: ${quoted}. Check it: ${quoted}` }),
  (quoted) => ({ message: `customers?search=${quoted}&page=1 was not found` }),
  (quoted) => ({ message: `Validation failed: metadata.${quoted}: is not allowed` }),
  (quoted) => ({ message: `'${quoted}' and (${quoted}) are the same` }),
  (quoted) => ({ field: quoted, code: quoted, type: quoted }),
  (quoted) => ({ field: `metadata.${quoted}`, message: `${quoted} must be a string` }),
  (quoted) => ({ message: `x${'the customer '.repeat(140)}${quoted}` }),
]

describe('nothing of what was sent is repeated', () => {
  it('whatever the person, the key, the encoding and the error', () => {
    fc.assert(
      fc.property(
        person,
        fc.constantFrom(...everyEncoding),
        fc.constantFrom(...shapes),
        fc.boolean(),
        (who, encode, shape, isSentKnown) => {
          const { metadataKey, ...values } = who
          const sent = [...Object.values(values), metadataKey]
          for (const value of sent) {
            const { text, field } = repeat(shape(encode(value)), isSentKnown ? sent : undefined)
            const shown = `${text} ${field ?? ''}`
            const shownWords = shown.toLowerCase().split(/[^a-z]+/)
            for (const piece of [...value.split(/[\s@._-]+/), value, encode(value)].map(compact)) {
              if (ordinary.has(piece)) continue
              expect(shownWords).not.toContain(piece)
              // Shorter ones also occur by chance, where two words meet.
              if (piece.length > 6) expect(compact(shown)).not.toContain(piece)
            }
            expect(text).not.toMatch(/\d/)
            expect(text).not.toMatch(/[^\x20-\x7e…]/)
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  it.each(Object.entries(encodings))('of Amélie, and of our key: %s', (_, encode) => {
    const key = 'pk_live_NTE2NjM1MDMyODY5amVubnk'
    for (const value of [...amelie, key]) {
      for (const shape of shapes) {
        const { text } = repeat(shape(encode(value)), [...amelie, key])
        expect(compact(text)).not.toMatch(/am[eé]l|bassa|677|123456|joie|1984|hiv|nte2|ndmy|njm1|eyody5/)
      }
    }
  })

  it('also of people whose names are common error words', () => {
    const words = [...vocabulary.plain].filter((word) => /^[a-z]{2,}$/.test(word))
    const called = fc.constantFrom(...words).map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    const plainly = fc.constantFrom(encodings.plain, encodings['lower case'], encodings['upper case'])
    fc.assert(
      fc.property(called, called, plainly, (given, family, encode) => {
        const message = `the account ${encode(`${given} ${family}`)} was blocked after ${encode(family)}`
        const shown = messageOf(message, [`${given} ${family}`]).split(/[^A-Za-z]+/)
        for (const word of shown) expect([given, family].map(compact)).not.toContain(word.toLowerCase())
      }),
    )
  })
})

it('is one line of at most 200 characters, soon made, whatever the message', () => {
  const hostile = ['a', '@', '"', '1 ', '<', 'the ', 'the. ', ': ', '\u0301', 'the customer '].map((text) =>
    text.repeat(1e6),
  )
  for (const message of hostile) {
    const { text } = repeat({ message, field: message, code: message, type: message }, [message])
    expect(text.length).toBeLessThanOrEqual(202)
    expect(text).not.toContain('\n')
  }
})
