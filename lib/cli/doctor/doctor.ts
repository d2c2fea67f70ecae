import type { Command } from 'commander'
import type { DoctorOptions } from '../../operator/doctor/doctor.ts'
import { describeCommand, parseStageName } from '../terminal/program.ts'

export type DoctorCommandOptions = DoctorOptions & { readonly json?: boolean }

/** `doctor` of the command line. */
export function define(command: Command): void {
  describeCommand(
    command,
    'Checks each thing that must be right, with the fix beside what is wrong. Changes nothing; ends with 1 if something is wrong.',
    [
      'crm-pay-sync doctor',
      'crm-pay-sync doctor --stage prod',
      'crm-pay-sync doctor --stage prod --url https://hooks.example.com --json',
    ],
  )
    .option('--json', 'one JSON document instead of text')
    .option('--stage <name>', 'a deployed stage instead of the local stack', parseStageName)
    .option('--region <region>', 'where the stage is deployed (default: AWS_REGION, else us-east-1)')
    .option(
      '--url <url>',
      'with --stage: the URL that the CRMs were given, before /webhooks/… (default: as deployed)',
    )
    .action(async (options: DoctorCommandOptions) => {
      const { reportFindings } = await import('./report-findings.ts')
      await reportFindings(options)
    })
}
