/** Names of what the import writes: made of the names that the original has, in letters that policies allow. */

/** The label by which a rule knows a network set. */
export const setLabel = 'set'

/** Not of every two sets different: unnameClashingSets() sees to those. */
export function setNameOf(name: string): string {
  return nameOf(name)
}

/** Lower-case letters, digits and dashes, at most 50. */
export function nameOf(text: string): string {
  const name = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 50)
    .replaceAll(/^-+|-+$/g, '')
  return name === '' ? 'x' : name
}
