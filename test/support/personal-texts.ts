/** Every name, e-mail, phone, address and note in a sample or in the CRM record it is about. */
export function personalTexts(value: unknown, key = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => personalTexts(item, key))
  if (value !== null && typeof value === 'object') {
    return Object.entries(value).flatMap(([name, item]) => personalTexts(item, name))
  }
  const personal =
    /^(firstname|lastname|first_name|last_name|name|given|family|full|email|phone|mobilephone|address|line1|line2|address_line1|street|route|zip|postal_code|postalCode|description|value|propertyValue|formatted_address|phoneNumber)$/
  // Short digits and truth values stand in every log line for reasons of their own.
  const telling = typeof value === 'string' && value.length >= 5 && !/^(\d{5}|false)$/.test(value)
  return personal.test(key) && telling ? [value] : []
}

/**
 * Those of the texts that occur in what was written, in any of the forms in which a text may travel, and whatever its
 * accents, width and invisible characters are. What is sealed is left out: among that much randomness any short word
 * turns up.
 */
export function leaksIn(written: string, texts: readonly string[]): string[] {
  const plain = written.replace(/v1\.[\w-]{20,}/g, '').toLowerCase()
  const foldedPlain = folded(plain)
  return texts.flatMap((text) => {
    if (foldedPlain.includes(folded(text))) return [text]
    const form = formsOf(text).find((it) => plain.includes(it.toLowerCase()))
    return form === undefined ? [] : [form === text ? text : `${text} as ${form}`]
  })
}

const folded = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .toLowerCase()

export function formsOf(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1)
  return [
    text,
    json,
    json.replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`),
    encodeURIComponent(text),
    new URLSearchParams({ text }).toString().slice('text='.length),
    Buffer.from(text).toString('hex'),
    // Of short texts it is shorter than chance.
    ...(text.length < 8 ? [] : [0, 1, 2].flatMap((offset) => base64Of(text, offset))),
  ]
}

/** What base64 makes of the text when it starts at this byte of three, without the characters its neighbours share. */
function base64Of(text: string, offset: number): string[] {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)])
  const start = Math.ceil((offset * 8) / 6)
  const end = Math.floor((bytes.length * 8) / 6)
  return (['base64', 'base64url'] as const).map((alphabet) => bytes.toString(alphabet).slice(start, end))
}
