import { hmacSha256 } from '../../support/hmac.ts'

/**
 * Access tokens of a sandbox. A token carries its end and is signed with `secret`, so that the sandbox of a login server and
 * that of the API need nothing in common but the secret.
 */
export function issueToken(secret: string, lifetimeSeconds: number, now = Date.now()): string {
  const end = String(now + lifetimeSeconds * 1000)
  return `${end}.${signatureOf(end, secret)}`
}

/** Whether the token was issued with this secret and has not expired. */
export function isIssuedToken(token: string, secret: string, now = Date.now()): boolean {
  const [end = '', signature = ''] = token.split('.')
  return signature === signatureOf(end, secret) && Number(end) > now
}

const signatureOf = (end: string, secret: string) =>
  hmacSha256(secret, Buffer.from(end)).toString('base64url')
