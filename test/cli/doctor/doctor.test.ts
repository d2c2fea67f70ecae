import { type DoctorWorld, secrets, startDoctorWorld } from '../../support/doctor-world.ts'
import { runCommand } from '../run-command.ts'

let world: DoctorWorld
beforeAll(async () => {
  world = await startDoctorWorld()
})
beforeEach(() => world.restart())
afterAll(() => world.close())

const doctor = (...args: string[]) => runCommand('doctor', args, { PORT: String(world.port) })

describe('npm run doctor', () => {
  it('shows what it found, and ends with 0 when nothing is wrong', async () => {
    const { code, stdout, stderr } = await doctor()
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('✓ config: sync.config.ts is valid\n')
    expect(stdout).toContain('- webhook hubspot: could not be checked: HubSpot does not list its webhooks')
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^all \d+ checks passed, \d+ could not be made$/)
  })

  it('shows the fix below what is wrong, and ends with 1', async () => {
    world.restart({ environment: { NOTCHPAY_PUBLIC_KEY: 'pk_test_revoked', HUBSPOT_CLIENT_SECRET: ' ' } })
    const { code, stdout } = await doctor()
    expect(code).toBe(1)
    expect(stdout).toContain(
      '✗ secret HUBSPOT_CLIENT_SECRET: is set, but blank\n  fix: Set HUBSPOT_CLIENT_SECRET in the environment or .env, then restart npm start.\n',
    )
    expect(stdout).toMatch(
      /✗ provider notchpay: Notch Pay answered 401.*\n {2}fix: Correct NOTCHPAY_PUBLIC_KEY/,
    )
    expect(stdout).toMatch(/\n2 problems in \d+ checks, \d+ could not be made\n$/)
  })

  it('--json prints an array of findings and nothing else', async () => {
    world.restart({ environment: { NOTCHPAY_PUBLIC_KEY: 'pk_test_revoked' } })
    const { code, stdout, stderr } = await doctor('--json')
    expect([code, stderr]).toEqual([1, ''])
    const findings: readonly Record<string, unknown>[] = JSON.parse(stdout)
    for (const finding of findings) expect(Object.keys(finding)).toEqual(['check', 'ok', 'finding', 'fix'])
    expect(findings.filter(({ ok }) => !ok)).toEqual([
      expect.objectContaining({ check: 'provider notchpay', fix: expect.any(String) }),
    ])
    for (const secret of Object.values(secrets)) expect(stdout).not.toContain(secret)
  })
})
