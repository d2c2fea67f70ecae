/** Documentation of a variable or a secret. */
export type VariableEntry = {
  readonly meaning: string
  /** The local default, where the code does not hold one. */
  readonly offline?: string
}

/** Documentation of a setting in sync.config.ts. */
export type SettingEntry = {
  readonly values: string
  readonly meaning: string
  /** What happens when the setting is not set, where the code has no default. */
  readonly unset?: string
}

/** The local defaults of an address that has a sandbox, and of a secret. */
export const sandbox = 'the sandbox'
export const invented = 'invented'

/** The `writeBack` setting of a source. `property` is a property of its CRM. */
export function writeBackEntry(property: string): SettingEntry {
  return {
    values: `\`{ contact: { notchpay: ${JSON.stringify(property)} } }\``,
    meaning:
      "Per record type: provider → CRM property that the id of the provider's customer is written into. See [customer ids in the CRM](#customer-ids-in-the-crm).",
    unset: 'off',
  }
}

/** The `fields` setting of a source. */
export const fieldsEntry: SettingEntry = {
  values: '`{ contact: { phone: ["whatsapp", "phone"] } }`',
  meaning:
    'Per record type: customer field → CRM property, or several of which the first that is filled wins. See [field mapping](#field-mapping).',
  unset: 'the mapping below',
}
