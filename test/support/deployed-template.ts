import type { Packaged, Resource } from './packaged-template.ts'

const noValue = '{"Ref":"AWS::NoValue"}'

/** The resources that CloudFormation would create of a packaged template: its conditions and `Fn::If` are carried out. */
export function deployedResources({ template }: Packaged): Readonly<Record<string, Resource>> {
  const isMet = (name: string) => evaluate(template.Conditions[name])
  const existing = Object.entries(template.Resources).filter(
    ([, { Condition }]) => Condition === undefined || isMet(Condition),
  )
  return Object.fromEntries(existing.map(([id, resource]) => [id, chosen(resource, isMet) as Resource]))
}

/** A condition of the template. Throws for a function that the template does not use yet. */
function evaluate(condition: unknown): boolean {
  const [[name, argument] = [], ...others] = Object.entries(condition ?? {})
  if (others.length === 0 && Array.isArray(argument)) {
    if (name === 'Fn::Not') return !evaluate(argument[0])
    if (name === 'Fn::Equals') return argument[0] === argument[1]
  }
  throw new Error(`not a condition that can be evaluated: ${JSON.stringify(condition)}`)
}

/** The value with each `Fn::If` replaced by the branch that applies; `AWS::NoValue` leaves out the item or the property. */
function chosen(value: unknown, isMet: (condition: string) => boolean): unknown {
  if (value === null || typeof value !== 'object') return value
  if ('Fn::If' in value) {
    const [condition, whenMet, otherwise] = value['Fn::If'] as [string, unknown, unknown]
    return chosen(isMet(condition) ? whenMet : otherwise, isMet)
  }
  const isThere = (item: unknown) => JSON.stringify(item) !== noValue
  if (Array.isArray(value)) return value.map((item) => chosen(item, isMet)).filter(isThere)
  const entries = Object.entries(value).map(([name, item]) => [name, chosen(item, isMet)] as const)
  return Object.fromEntries(entries.filter(([, item]) => isThere(item)))
}

/** The text of an `Fn::Sub`, with each reference replaced by what `look` says of it. Throws when `value` is no `Fn::Sub`. */
export function substituted(
  value: unknown,
  look: (id: string, attribute: string | undefined) => string,
): string {
  const { 'Fn::Sub': text } = value as { 'Fn::Sub'?: unknown }
  if (typeof text !== 'string') throw new Error(`not an Fn::Sub: ${JSON.stringify(value)}`)
  return text.replace(/\$\{(?!AWS::)(\w+)(?:\.(\w+))?\}/g, (_, id: string, attribute?: string) =>
    look(id, attribute),
  )
}
