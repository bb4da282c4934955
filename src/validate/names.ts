/** The forms of names, label keys and label values (behaviour.md 1.1, 1.2). */

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

/** As whyNoName(), with what the kind of document asks for beyond. */
export function whyNoNameOf(kind: string, text: string): string | undefined {
  const why = whyNoName(text)
  if (why !== undefined) return why
  const plain = text.replace(/\./g, '-')
  switch (kind) {
    case 'Tier':
      return whyNoSingleLabel(text)
    case 'NetworkPolicy':
    case 'StagedNetworkPolicy':
      if (/^(?:knp|ossg)\.default\../.test(text)) return undefined
      return policyName.test(text) ? undefined : `a policy's name has at most one dot, as "${plain}"`
    case 'GlobalNetworkPolicy':
    case 'StagedGlobalNetworkPolicy':
      return policyName.test(text) ? undefined : `a policy's name has at most one dot, as "${plain}"`
    default:
      return undefined
  }
}

/** As whyNoName(), for one DNS label: tiers and namespaces. */
export function whyNoSingleLabel(text: string): string | undefined {
  const why = whyNoName(text)
  if (why !== undefined) return why
  if (text.includes('.')) return `dots are not allowed here, as "${text.replace(/\./g, '-')}"`
  return text.length > 63 ? `it has ${text.length} characters, at most 63 are allowed` : undefined
}

/** Why a text is no name of a port. */
export function whyNoPortName(text: string): string | undefined {
  if (text === '') return 'it is empty'
  if (text.length > 15) return `it has ${text.length} characters, at most 15 are allowed`
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(text)) return 'use lower-case letters, digits and single "-" between them'
  return /[a-z]/.test(text) ? undefined : 'at least one letter is needed'
}

const interfaceName = /^[a-zA-Z0-9_.-]{1,15}$/

/** Why a text is no name of a network interface. */
export function whyNoInterface(text: string): string | undefined {
  if (interfaceName.test(text)) return undefined
  if (text.includes(':')) return `aliases are addresses of the same interface, write "${text.split(':')[0]}"`
  if (text.includes('@')) return `what follows the @ is another interface, write "${text.split('@')[0]}"`
  if (/[*?[\]+]/.test(text)) return 'patterns are not supported, write one name'
  return text.length > 15
    ? `it has ${text.length} characters, the kernel allows 15`
    : 'use letters, digits, "_", "." and "-"'
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
