/** What a person with plain nft might have: members in one hash set, and the scripts of a cycle of edits. All load with `nft -f`. */

import { generateMembers, type MemberSettings, memberCycle } from './generate-members.ts'

export function plainSet(count: number): string {
  const elements = generateMembers(settingsOf(count)).flat().map(bare)
  return `table inet plain {
  set members {
    type ipv4_addr
    elements = { ${elements.join(',\n')} }
  }
  chain input {
    type filter hook input priority 0; policy accept;
    ip saddr @members tcp dport 443 counter accept
  }
}
`
}

/** As memberCycle(), one script an edit. */
export function plainSetCycle(count: number): readonly string[] {
  const states = [generateMembers(settingsOf(count)), ...memberCycle(settingsOf(count)).map(({ parts }) => parts)]
  const sets = states.map((parts) => new Set(parts.flat()))
  return sets.slice(1).map((after, at) => {
    const before = sets[at] ?? new Set<string>()
    const gone = [...before].filter((net) => !after.has(net))
    const come = [...after].filter((net) => !before.has(net))
    return command('delete', gone) + command('add', come)
  })
}

function settingsOf(count: number): MemberSettings {
  return { count, kind: 'addresses', files: 1 }
}

function command(action: 'add' | 'delete', elements: readonly string[]): string {
  return elements.length === 0 ? '' : `${action} element inet plain members { ${elements.map(bare).join(', ')} }\n`
}

function bare(net: string): string {
  return net.replace('/32', '')
}
