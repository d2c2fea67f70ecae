/** The npm script that runs this command, as it is typed; undefined when it was not called by the script of its name. */
function npmScriptOf(name: string | undefined): string | undefined {
  const { npm_lifecycle_event: script, npm_command: npmCommand } = process.env
  if (npmCommand === 'exec' || script === undefined || script !== name) return undefined
  return script === 'start' ? 'npm start' : `npm run ${script}`
}

/**
 * A line that begins with `crm-pay-sync`, rewritten for the way the command was called: `crm-pay-sync links list` becomes
 * `npm run links -- list` under that npm script, and `npx crm-pay-sync links list` under npx. Other lines are not changed.
 */
export function asTyped(line: string): string {
  const [program, name, ...rest] = line.split(' ')
  if (program !== 'crm-pay-sync') return line
  const script = npmScriptOf(name)
  if (script) return [script, ...(rest.length > 0 ? ['--', ...rest] : [])].join(' ')
  return process.env['npm_command'] === 'exec' ? `npx ${line}` : line
}
