/** The body of the webhook of a contact, as `contactSample` makes it. */
export type ContactEvent = {
  readonly data: {
    readonly id: string
    readonly name: string
    readonly email: string
    readonly address: { readonly line1: string; readonly country: string }
  }
}

export const emailOf = (index: number): string => `bench-${index}@example.com`
