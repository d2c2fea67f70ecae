/** The values of a secret: several, separated by commas, while it is being rotated. */
export function secretList(secret: string | undefined): string[] {
  return (secret ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}
