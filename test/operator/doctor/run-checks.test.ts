import { InvalidSyncConfig } from '../../../lib/core/config/sync-config.ts'
import { checkSyncConfig } from '../../../lib/operator/doctor/checks/configuration.ts'
import { runChecks } from '../../../lib/operator/doctor/run-checks.ts'
import { CannotCheck, fine } from '../../../lib/operator/doctor/subject/finding.ts'
import type { Subject } from '../../../lib/operator/doctor/subject/subject.ts'

describe('the checks of doctor', () => {
  it('are all made, whatever becomes of one of them, and reported in order', async () => {
    const findings = await runChecks(
      [
        { name: 'hangs', examine: () => new Promise(() => {}) },
        { name: 'fails', examine: () => Promise.reject(new Error('the disk is full')) },
        { name: 'cannot be made', examine: () => Promise.reject(new CannotCheck('there is no token')) },
        { name: 'passes', examine: async () => fine('as it should be') },
      ],
      50,
    )
    expect(findings).toEqual([
      {
        check: 'hangs',
        ok: false,
        finding: 'could not be checked: no answer within 0.05 s',
        fix: expect.stringContaining('Run the doctor again'),
      },
      {
        check: 'fails',
        ok: false,
        finding: 'could not be checked: Error: the disk is full',
        fix: expect.stringContaining('Run the doctor again'),
      },
      { check: 'cannot be made', ok: true, finding: 'could not be checked: there is no token', fix: null },
      { check: 'passes', ok: true, finding: 'as it should be', fix: null },
    ])
  })

  it('report every problem of sync.config.ts', async () => {
    const error = new InvalidSyncConfig(['routes: expected a list', 'providers: unknown provider paypal'])
    const subject = { syncConfig: { error }, isLocal: false } as unknown as Subject
    expect(await runChecks([checkSyncConfig(subject)])).toEqual([
      {
        check: 'config',
        ok: false,
        finding: 'routes: expected a list; providers: unknown provider paypal',
        fix: 'Correct sync.config.ts. Then deploy. docs/configuration.md lists every setting.',
      },
    ])
  })
})
