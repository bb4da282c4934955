/** The way back from a rule of the table to the policy line that wanted it. */

import type { Span } from '../diagnostic/source.ts'
import { printProtocol } from '../net/protocol.ts'
import type { Rule } from '../ruleset/rule.ts'
import type { Compilation, Counted } from './compilation.ts'
import { commentText } from './names.ts'

export interface FoundOrigin {
  /** `GlobalNetworkPolicy/web ingress[0]`, `HostEndpoint/eth0 ingress default`, `failsafe ingress TCP 22` */
  readonly text: string
  /** Undefined for what no document wants. */
  readonly span: Span | undefined
}

export interface CountingRule {
  readonly rule: Rule
  /** What counted the packet: behind a merged rule stands the line whose counter was found. */
  readonly counters: readonly string[]
}

/** Undefined for rules that only lead packets on. */
export function findOrigin({ rule, counters }: CountingRule, compilation: Compilation): FoundOrigin | undefined {
  for (const name of counters) {
    const counted = compilation.counters.get(name)
    if (counted !== undefined) return originOfCounted(counted, compilation)
  }
  if (rule.comment !== undefined) return { text: rule.comment, span: compilation.origins.get(rule.comment) }
  const isKnown = rule.verdict?.type === 'accept' && rule.matches[0]?.type === 'ct-state'
  return isKnown ? { text: 'established connection', span: undefined } : undefined
}

function originOfCounted(counted: Counted, compilation: Compilation): FoundOrigin {
  switch (counted.type) {
    case 'rule':
      return { text: counted.origin, span: compilation.origins.get(commentText(counted.origin)) }
    case 'endpoint':
      return originOfEndpoint(counted, counted.reason === 'denied' ? 'default' : 'invalid', compilation)
    case 'failsafe':
      return {
        text: `failsafe ${counted.direction} ${printProtocol(counted.protocol)} ${counted.port}`,
        span: undefined,
      }
    case 'workload':
      return {
        text: `WorkloadEndpoint/${counted.namespace}/${counted.name} ${counted.direction} default`,
        span: undefined,
      }
    case 'staged': {
      const { kind, namespace, name, direction, outcome } = counted
      const owner = namespace === '' ? name : `${namespace}/${name}`
      return { text: `${kind}/${owner} ${direction} ${outcome}`, span: undefined }
    }
    case 'other':
      return { text: counted.what, span: undefined }
  }
}

function originOfEndpoint(
  { endpoint, direction }: Extract<Counted, { readonly type: 'endpoint' }>,
  what: 'default' | 'invalid',
  compilation: Compilation,
): FoundOrigin {
  const name = `HostEndpoint/${endpoint} ${direction}`
  return { text: `${name} ${what}`, span: compilation.origins.get(commentText(`${name} default`)) }
}
