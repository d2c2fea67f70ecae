/** What a logical id of `serverless.yml` stands for offline. */
export type Lookup = {
  ref(logicalId: string): string
  getAtt(logicalId: string, attribute: string): string
}

const pseudoParameters = (region: string): Readonly<Record<string, string>> => ({
  'AWS::Region': region,
  'AWS::Partition': 'aws',
  'AWS::AccountId': '000000000000',
  'AWS::URLSuffix': 'amazonaws.com',
})

/**
 * The value with its CloudFormation functions (Ref, Fn::GetAtt, Fn::Sub) carried out.
 * Throws one line that names the function or the logical id the offline stack cannot know.
 */
export function resolveIntrinsics(value: unknown, lookup: Lookup, region: string): unknown {
  const pseudo = pseudoParameters(region)
  const ref = (name: string) => pseudo[name] ?? lookup.ref(name)
  const getAtt = (path: string) => {
    const [logicalId = '', ...attribute] = path.split('.')
    return lookup.getAtt(logicalId, attribute.join('.'))
  }
  const substitute = (template: string) =>
    template.replace(/\$\{([^!}]+)\}/g, (_, name: string) => (name.includes('.') ? getAtt(name) : ref(name)))

  const functions: Readonly<Record<string, (argument: unknown) => unknown>> = {
    Ref: (name) => ref(String(name)),
    'Fn::GetAtt': (path) => getAtt(Array.isArray(path) ? path.join('.') : String(path)),
    'Fn::Sub': (template) => {
      if (typeof template === 'string') return substitute(template)
      throw new Error('serverless.yml: the offline stack reads Fn::Sub with a string only')
    },
  }

  const resolve = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(resolve)
    if (node === null || typeof node !== 'object') return node
    const [name, ...others] = Object.keys(node)
    const carryOut = name && others.length === 0 ? functions[name] : undefined
    if (carryOut) return carryOut(Object.values(node)[0])
    if (name?.startsWith('Fn::')) throw new Error(`serverless.yml: the offline stack does not know ${name}`)
    return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, resolve(item)]))
  }
  return resolve(value)
}

/** The logical id that a `Ref` or `Fn::GetAtt` points to; null for anything else. */
export function logicalIdOf(value: unknown): string | null {
  if (value === null || typeof value !== 'object') return null
  const { Ref: ref, 'Fn::GetAtt': getAtt } = value as {
    Ref?: unknown
    'Fn::GetAtt'?: unknown
  }
  if (typeof ref === 'string') return ref
  const path = Array.isArray(getAtt) ? getAtt[0] : getAtt
  return typeof path === 'string' ? (path.split('.')[0] ?? null) : null
}
