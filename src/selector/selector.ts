/** The selector language as data (behaviour.md section 2). */

export type Comparison = '==' | '!=' | 'contains' | 'starts with' | 'ends with'

/**
 * Labels are 1 to 512 of `a-z A-Z 0-9 _ . / -`. A value may hold single or double quotes but never both: the language has no
 * escapes, so such a value could not be printed. Brackets are kept only as structure: `(a && b) && c` is an `and` in an `and`.
 */
export type Selector =
  | { readonly type: 'all' }
  | { readonly type: 'global' }
  | { readonly type: 'has'; readonly label: string }
  | { readonly type: 'compare'; readonly label: string; readonly operator: Comparison; readonly value: string }
  /** Values as valueSet() makes them: sorted by UTF-8 bytes, without duplicates; may be empty. */
  | { readonly type: 'in' | 'not in'; readonly label: string; readonly values: readonly string[] }
  /** A `not` directly in a `not` comes only from brackets, `!(!(a))`: a run of `!` is read as one or none. */
  | { readonly type: 'not'; readonly operand: Selector }
  /** At least two operands, in the order written. */
  | { readonly type: 'and' | 'or'; readonly operands: readonly Selector[] }
