/** What `nft -j list ruleset` prints, as far as it is looked at (libnftables-json(5)). */

import type { Family } from '../net/family.ts'

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** The value at a key of an object; undefined of anything else. */
export function at(value: Json | undefined, key: string): Json | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return (value as { readonly [key: string]: Json })[key]
}

export function textAt(value: Json | undefined, key: string): string {
  const found = at(value, key)
  return typeof found === 'string' ? found : ''
}

export function listOfJson(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : []
}

/** Of a table; undefined: both. */
export function familyOf(table: string): Family | undefined {
  return table === 'ip' ? 4 : table === 'ip6' ? 6 : undefined
}

/** Single words: `22`, `10.0.0.0/8`, `1024-65535`, `established`. Undefined for what is none. */
export function wordOf(value: Json): string | undefined {
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  const elem = at(value, 'elem')
  if (elem !== undefined) return wordOf(at(elem, 'val') ?? null)
  const prefix = at(value, 'prefix')
  if (prefix !== undefined) return `${textAt(prefix, 'addr')}/${at(prefix, 'len')}`
  const range = listOfJson(at(value, 'range'))
  return range.length === 2 ? `${range[0]}-${range[1]}` : undefined
}
