import sax from 'sax'
import type { BodyEncoding } from '../body-encoding.ts'
import { onlyChild, outbound, parserOptions, readXml, soap, textOf, type XmlElement } from './xml.ts'

/**
 * An Outbound Message as a JSON value: the children of `notifications` by name, with a list of `Notification`. The fields of an
 * `sObject` stand beside its `type`, such as `Contact`. Anything else is written as it is, and may not be XML.
 */
export const outboundBody: BodyEncoding = {
  mediaType: 'text/xml',
  extension: '.xml',
  encode: (value) => Buffer.from(`${head}${membersOf(value)}${tail}`, 'utf8'),
  decode(body) {
    const parser = sax.parser(true, parserOptions)
    const envelope = readXml(Buffer.from(body).toString('utf8'), parser)
    const message = onlyChild(onlyChild(envelope, soap, 'Body'), outbound, 'notifications')
    const others = message.children.filter(({ name }) => name !== 'Notification')
    return {
      ...Object.fromEntries(others.map(({ name, text }) => [name, text === '' ? null : text])),
      Notification: message.children.filter(({ name }) => name === 'Notification').map(toNotification),
    }
  },
}

const head = `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="${soap}" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <soapenv:Body>
  <notifications xmlns="${outbound}">
`
const tail = `  </notifications>
 </soapenv:Body>
</soapenv:Envelope>
`

function toNotification(element: XmlElement): unknown {
  const record = element.children.find(({ name }) => name === 'sObject')
  return {
    Id: textOf(element, 'Id') ?? null,
    ...(record && {
      sObject: {
        type: record.type,
        ...Object.fromEntries(record.children.map(({ name, text }) => [name, text])),
      },
    }),
  }
}

function membersOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return escaped(value)
  return Object.entries(value)
    .map(([name, member]) =>
      name === 'Notification' && Array.isArray(member)
        ? member.map((each) => `   <Notification>\n${notificationOf(each)}   </Notification>\n`).join('')
        : elementOf('   ', name, member),
    )
    .join('')
}

function notificationOf(value: unknown): string {
  const { sObject, ...members } = Object(value)
  const { type, ...fields } = Object(sObject)
  const own = Object.entries(members).map(([name, member]) => elementOf('    ', name, member))
  if (sObject === undefined) return own.join('')
  const all = Object.entries(fields).map(([name, field]) => elementOf('     ', `sf:${name}`, field))
  return `${own.join('')}    <sObject xsi:type="sf:${escaped(type)}" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">\n${all.join('')}    </sObject>\n`
}

function elementOf(indent: string, name: string, value: unknown): string {
  if (value === null) return `${indent}<${name} xsi:nil="true"/>\n`
  return `${indent}<${name}>${escaped(value)}</${name}>\n`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/** XML cannot contain most control characters, so they are left out. */
function escaped(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>"']/g, (character) => entities[character] ?? '')
}
