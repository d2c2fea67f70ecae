/** How a command is called: by an npm script of its name, by npx, or by itself. */
function prefixOf(name: string | undefined): string | undefined {
  const { npm_lifecycle_event: script, npm_command: npmCommand } = process.env
  if (npmCommand === 'exec') return undefined
  if (script === undefined || script !== name) return undefined
  return script === 'start' ? 'npm start' : `npm run ${script}`
}

/**
 * A line that begins with `crm-pay-sync`, as it is typed here: `crm-pay-sync links list` is `npm run links -- list` when
 * that npm script runs, and `npx crm-pay-sync links list` under npx. Other lines stay as they are.
 */
export function asTyped(line: string): string {
  const [program, name, ...rest] = line.split(' ')
  if (program !== 'crm-pay-sync') return line
  const script = prefixOf(name)
  if (script) return [script, ...(rest.length > 0 ? ['--', ...rest] : [])].join(' ')
  return process.env['npm_command'] === 'exec' ? `npx ${line}` : line
}
