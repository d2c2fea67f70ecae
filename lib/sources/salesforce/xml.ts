import type { QualifiedTag, SAXParser } from 'sax'
import { badFormat } from '../bad-format.ts'

/** An element without its attributes but for `xsi:type`, which is without its prefix. */
export type XmlElement = {
  readonly namespace: string
  readonly name: string
  readonly type: string | undefined
  readonly children: XmlElement[]
  text: string
}

/** The namespaces of an Outbound Message. */
export const soap = 'http://schemas.xmlsoap.org/soap/envelope/'
export const outbound = 'http://soap.sforce.com/2005/09/outbound'
const schemaInstance = 'http://www.w3.org/2001/XMLSchema-instance'
/** A field of an address is the seventh level of an Outbound Message. */
const deepest = 12

/**
 * Parses XML with namespaces. Only the five predefined entities and characters by number are known. The parser is loaded on
 * first use, since the other sources have no need of it. Throws WebhookRejected 400, never with a part of the text.
 */
export async function parseXml(text: string): Promise<XmlElement> {
  const { default: sax } = await import('sax')
  return readXml(text, sax.parser(true, parserOptions))
}

export const parserOptions = { xmlns: true, strictEntities: true, position: false } as const

/** As `parseXml`, with a parser of these options. */
export function readXml(text: string, parser: SAXParser): XmlElement {
  const open: XmlElement[] = []
  const roots: XmlElement[] = []
  parser.onerror = () => {
    throw badFormat('the body', 'expected well-formed XML')
  }
  parser.ondoctype = () => {
    throw badFormat('the body', 'a document type is not allowed')
  }
  parser.onprocessinginstruction = ({ name, body }) => {
    const encoding = /encoding\s*=\s*["']([^"']*)/.exec(body)?.[1]
    if (name === 'xml' && encoding !== undefined && !/^utf-?8$/i.test(encoding)) {
      throw badFormat('the body', 'expected UTF-8')
    }
  }
  parser.onopentag = (tag) => {
    const element = toElement(tag as QualifiedTag)
    ;(open.at(-1)?.children ?? roots).push(element)
    open.push(element)
    if (open.length > deepest) throw badFormat('the body', `nested more than ${deepest} levels`)
    if (roots.length > 1) throw badFormat('the body', 'expected one root element')
  }
  parser.onclosetag = () => void open.pop()
  parser.ontext = addText
  parser.oncdata = addText
  parser.write(text).close()
  const [root] = roots
  if (root) return root
  throw badFormat('the body', 'expected well-formed XML')

  function addText(part: string): void {
    const element = open.at(-1)
    if (element) element.text += part
  }
}

function toElement({ uri, local, attributes }: QualifiedTag): XmlElement {
  const type = Object.values(attributes).find((it) => it.uri === schemaInstance && it.local === 'type')
  return { namespace: uri, name: local, type: type?.value.replace(/^.*:/, ''), children: [], text: '' }
}

/** The only child of that name. Throws WebhookRejected 400 when there is none, or another one. */
export function onlyChild(
  { name: parent, children }: XmlElement,
  namespace: string,
  name: string,
): XmlElement {
  const [child, ...others] = children.filter((it) => it.namespace === namespace && it.name === name)
  if (child && others.length === 0) return child
  throw badFormat(parent, `expected one ${name}`)
}

/** The text of the first child of that name, in any namespace. */
export function textOf({ children }: XmlElement, name: string): string | undefined {
  return children.find((child) => child.name === name)?.text.trim() || undefined
}
