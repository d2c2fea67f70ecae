/**
 * A line that begins with `crm-pay-sync`, rewritten for the way the command was called: `crm-pay-sync links list` becomes
 * `npm run links -- list` under that npm script, and `npx crm-pay-sync links list` under npx. Other lines are not changed.
 */
export function asTyped(line: string): string {
  const [program, name] = line.split(' ')
  if (program !== 'crm-pay-sync') return line
  if (isUnderNpx()) return `npx ${line}`
  return process.env['npm_lifecycle_event'] === name ? asNpmScript(line) : line
}

/** The same for another command that this one suggests: under npm, that has a script of its own. */
export function asTypedNext(line: string): string {
  if (isUnderNpx()) return `npx ${line}`
  return process.env['npm_lifecycle_event'] ? asNpmScript(line) : line
}

function isUnderNpx(): boolean {
  return process.env['npm_command'] === 'exec'
}

function asNpmScript(line: string): string {
  const [, name, ...rest] = line.split(' ')
  const script = name === 'start' ? 'npm start' : `npm run ${name}`
  return [script, ...(rest.length > 0 ? ['--', ...rest] : [])].join(' ')
}
