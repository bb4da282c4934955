/** The two address families. */

export type Family = 4 | 6
export const families: readonly Family[] = [4, 6]
