import type * as z from 'zod'

type Issue = z.core.$ZodIssue

/** One line per problem: the setting, what it may be, and what it is. */
export function describeIssues(error: z.ZodError): string[] {
  return error.issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') {
      return describeProblem(issue.path, expectationOf(issue), issue.input)
    }
    return issue.keys.map((key) => `${pathOf([...issue.path, key])}: unknown setting, ${issue.message}`)
  })
}

/** `routes[0].to: expected "notchpay" or "wooshpay", got "stripe"`. */
export function describeProblem(path: readonly PropertyKey[], expectation: string, value: unknown): string {
  return `${path.length > 0 ? `${pathOf(path)}: ` : ''}${expectation}, got ${shown(value)}`
}

/** For an object's schema: the message for a setting that is not among `names`. */
export function nameSettings(names: readonly string[]) {
  const allowed = names.length > 0 ? `expected ${listed(names)}` : 'expected none'
  return { error: ({ code }: { code?: string }) => (code === 'unrecognized_keys' ? allowed : undefined) }
}

const typeNames: Readonly<Record<string, string>> = {
  array: 'an array',
  object: 'an object',
  record: 'an object',
  string: 'a string',
  boolean: 'true or false',
}

function expectationOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_value':
      return `expected ${listed(issue.values.map((value) => JSON.stringify(value)))}`
    case 'invalid_type':
      return `expected ${typeNames[issue.expected] ?? issue.expected}`
    case 'too_small':
      return issue.origin === 'array' ? 'expected at least one entry' : 'expected a string that is not empty'
    case 'invalid_key':
      return issue.issues[0]?.message ?? issue.message
    default:
      return issue.message
  }
}

/** The path as in code. zod's own function would add all of zod to the bundles. */
function pathOf(path: readonly PropertyKey[]): string {
  const steps = path.map((key) => {
    if (typeof key === 'number') return `[${key}]`
    return /^\w+$/.test(String(key)) ? `.${String(key)}` : `[${JSON.stringify(key)}]`
  })
  return steps.join('').replace(/^\./, '')
}

/** `a, b or c`. */
export function listed(words: readonly string[]): string {
  return [words.slice(0, -1).join(', '), ...words.slice(-1)].filter((part) => part !== '').join(' or ')
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? (value === undefined ? 'nothing' : `a ${typeof value}`)
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}
