/** The items by name. Throws a single line that names the list when two items share a name. */
export function byName<Item extends { readonly name: string }>(
  items: readonly Item[],
  list: string,
): Readonly<Record<string, Item>> {
  const found: Record<string, Item> = {}
  for (const item of items) {
    if (Object.hasOwn(found, item.name)) throw new Error(`${list}: two entries are named ${item.name}`)
    found[item.name] = item
  }
  return found
}
