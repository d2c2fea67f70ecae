/** A line as the functions log it, at a time in milliseconds or now. */
export function aLine(message: string, fields: object = {}, at: string | number = Date.now()): string {
  const timestamp = new Date(at).toISOString()
  return JSON.stringify({ level: 'INFO', message, timestamp, service: 'crm-pay-sync', ...fields })
}
