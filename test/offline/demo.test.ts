import { spawn } from 'node:child_process'
import { join } from 'node:path'

const root = join(__dirname, '../..')

function runDemo(): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn('npm', ['run', '-s', 'demo'], {
    cwd: root,
    // A key or an address of this machine must never be used: nothing of it can be reached.
    env: {
      ...process.env,
      NO_COLOR: '1',
      NOTCHPAY_API_URL: 'http://127.0.0.1:1',
      WOOSHPAY_SECRET_KEY: 'sk_live_x',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, ...output }))
  })
}

it('npm run demo shows the main job from end to end, against sandboxes alone', async () => {
  const { code, stdout, stderr } = await runDemo()
  expect(stdout).not.toContain('✗')
  expect(stderr).not.toMatch(/failed|error/i)
  expect(stdout).toMatch(/^hubspot\/contact\.creation +contact \d+ +notchpay +cus\S+ +created$/m)
  expect(stdout).toMatch(/^pipedrive\/person\.create +contact \d+ +\w+ +cus\S+ +created$/m)
  expect(stdout).toMatch(/^standard-webhooks\/contact\.updated +contact \S+ +\w+ +cus\S+ +updated$/m)
  expect(stdout).toMatch(/^hubspot\/contact\.creation-unreachable .* dead-lettered$/m)
  expect(stdout).toMatch(/^✓ nothing was created/m)
  expect(stdout).toMatch(/^✓ contact \d+ is cus\S+ at Notch Pay now/m)
  expect(stdout).toMatch(/^Everything came out right: \d+ samples, each sent twice/m)
  expect(code).toBe(0)
})
