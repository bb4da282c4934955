/** The forms of names, label keys and label values (behaviour.md 1.1). */

const label = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?'
const subdomain = new RegExp(`^${label}(?:\\.${label})*$`)
const policyName = new RegExp(`^(?:${label}\\.)?${label}$`)
const qualifiedName = /^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/

/** Why a text is no lower-case DNS name, as the second half of a sentence; undefined when it is one. */
export function whyNoName(text: string): string | undefined {
  if (text === '') return 'it is empty'
  if (text.length > 253) return `it has ${text.length} characters, at most 253 are allowed`
  if (subdomain.test(text)) return undefined
  const suggestion = text
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
  const example = subdomain.test(suggestion) ? `, as "${suggestion}"` : ''
  return `use lower-case letters, digits, "-" and "."${example}`
}

/** As whyNoName(), for policies: one DNS label, or two joined by a dot. */
export function whyNoPolicyName(text: string): string | undefined {
  const why = whyNoName(text)
  if (why !== undefined || policyName.test(text)) return why
  return `a policy's name has at most one dot, as "${text.replace(/\./g, '-')}"`
}

/** Why a text is no label key. */
export function whyNoLabelKey(key: string): string | undefined {
  const slash = key.indexOf('/')
  const name = key.slice(slash + 1)
  if (slash !== -1) {
    const why = whyNoName(key.slice(0, slash))
    if (why !== undefined) return `the part before "/" must be a DNS name: ${why}`
  }
  if (name.length > 63) return `the name has ${name.length} characters, at most 63 are allowed`
  return qualifiedName.test(name)
    ? undefined
    : 'use letters, digits, "-", "_" and ".", with a letter or digit at both ends'
}

/** Why a text is no label value. */
export function whyNoLabelValue(value: string): string | undefined {
  if (value.length > 63) return `it has ${value.length} characters, at most 63 are allowed`
  return value === '' || qualifiedName.test(value)
    ? undefined
    : 'use letters, digits, "-", "_" and ".", with a letter or digit at both ends'
}
