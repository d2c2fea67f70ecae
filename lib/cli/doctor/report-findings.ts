import colors from 'picocolors'
import { examine } from '../../operator/doctor/doctor.ts'
import { type Finding, notChecked } from '../../operator/doctor/subject/finding.ts'
import { BadInput } from '../../operator/errors.ts'
import { printResult } from '../stage/stage-command.ts'
import type { DoctorCommandOptions } from './doctor.ts'

/** Prints what every check found. Sets exit code 1 when something is wrong. */
export async function reportFindings({ json, ...options }: DoctorCommandOptions): Promise<void> {
  if (options.url !== undefined && options.stage === undefined) throw new BadInput('--url needs --stage')
  const findings = await examine(options)
  printResult({ ...(json && { json }) }, findings, () =>
    [...findings.map(show), '', closingLine(findings)].join('\n'),
  )
  if (findings.some(({ ok }) => !ok)) process.exitCode = 1
}

function show({ check, ok, finding, fix }: Finding): string {
  const mark = !ok ? colors.red('✗') : wasNotMade(finding) ? colors.dim('-') : colors.green('✓')
  const line = `${mark} ${colors.bold(check)}: ${finding}`
  return fix === null ? line : `${line}\n  ${colors.yellow('fix:')} ${fix}`
}

const wasNotMade = (finding: string) => finding.startsWith(notChecked)

function closingLine(findings: readonly Finding[]): string {
  const problems = findings.filter(({ ok }) => !ok).length
  const skipped = findings.filter(({ ok, finding }) => ok && wasNotMade(finding)).length
  const tail = skipped > 0 ? colors.dim(`, ${skipped} could not be made`) : ''
  if (problems === 0) return colors.green(`all ${findings.length - skipped} checks passed`) + tail
  return colors.red(`${problems} problem${problems > 1 ? 's' : ''} in ${findings.length} checks`) + tail
}
