/** The items by their names. Throws with one line that names the list when two have the same. */
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
