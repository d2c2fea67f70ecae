/** The values of a secret: comma-separated while it is rotated. */
export function secretList(secret: string | undefined): string[] {
  return (secret ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}
