/** What the documentation says of a variable or a secret. */
export type VariableEntry = {
  readonly meaning: string
  /** Its local default where the code does not hold one. */
  readonly offline?: string
}

/** What the documentation says of a setting in sync.config.ts. */
export type SettingEntry = {
  readonly values: string
  readonly meaning: string
  /** Where the code holds none: what happens without it. */
  readonly unset?: string
}

/** The local defaults of an address that has a sandbox, and of a secret. */
export const sandbox = 'the sandbox'
export const invented = 'invented'

/** The setting `fields` of a source. */
export const fieldsEntry: SettingEntry = {
  values: '`{ contact: { phone: ["whatsapp", "phone"] } }`',
  meaning:
    'Per record type: customer field → CRM property, or several of which the first that is filled wins. See [field mapping](#field-mapping).',
  unset: 'the mapping below',
}
