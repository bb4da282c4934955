/** The selector language as data (behaviour.md section 2). */

export type Comparison = '==' | '!=' | 'contains' | 'starts with' | 'ends with'

export type Selector =
  | { readonly type: 'all' }
  | { readonly type: 'global' }
  | { readonly type: 'has'; readonly label: string }
  | { readonly type: 'compare'; readonly label: string; readonly operator: Comparison; readonly value: string }
  /** Values are sorted by UTF-8 bytes, without duplicates; may be empty. */
  | { readonly type: 'in' | 'not in'; readonly label: string; readonly values: readonly string[] }
  | { readonly type: 'not'; readonly operand: Selector }
  /** At least two operands, in the order written. */
  | { readonly type: 'and' | 'or'; readonly operands: readonly Selector[] }
