/**
 * Other programs' firewalls on the way that our packets take. In nftables `accept` ends only the base chain that says it: what
 * another one drops stays dropped, whatever our policy allows (behaviour.md P15, P16).
 */

import type { ForeignChain, Reading } from '../host/host-readings.ts'
import { type Check, ok, warning, whenRead } from './check.ts'

export function checkForeignChains(reading: Reading<readonly ForeignChain[]>): readonly Check[] {
  return whenRead('other firewalls', reading, (chains) => {
    const vetoes = chains.filter((chain) => chain.mayDrop)
    const harmless = chains.filter((chain) => !chain.mayDrop)
    return [...vetoes.map(veto), summary(harmless, vetoes.length)]
  })
}

function veto(foreign: ForeignChain): Check {
  const how = foreign.policy === 'drop' ? 'drops what it does not accept' : 'has rules that drop'
  return warning(
    'other firewalls',
    `${describe(foreign)} ${how}, even what rampart allows`,
    `open there what policy opens here, or remove it: ${ownerOf(foreign).look}`,
  )
}

function summary(harmless: readonly ForeignChain[], vetoes: number): Check {
  if (harmless.length > 0) return ok('other firewalls', `these drop nothing: ${harmless.map(describe).join('; ')}`)
  return ok('other firewalls', vetoes === 0 ? 'none' : 'no others')
}

function describe(foreign: ForeignChain): string {
  const { table, chain, hook, priority, policy } = foreign
  return `table ${table}, chain ${chain} (${hook}, priority ${priority}, policy ${policy}; ${ownerOf(foreign).name})`
}

interface Owner {
  readonly name: string
  /** How to see what it does. */
  readonly look: string
}

const listTable = (table: string): string => `nft list table ${table}`

/** By the names that these programs give to tables and chains; the first that fits. */
const owners: readonly { readonly pattern: RegExp; readonly of: 'table' | 'chain'; readonly owner: Owner }[] = [
  { pattern: /^\S+ firewalld$/, of: 'table', owner: { name: 'firewalld', look: 'firewall-cmd --list-all' } },
  { pattern: /^ufw6?-/, of: 'chain', owner: { name: 'ufw', look: 'ufw status verbose' } },
  { pattern: /^DOCKER/, of: 'chain', owner: { name: 'docker', look: 'iptables -S' } },
  { pattern: /^\S+ docker-bridges$/, of: 'table', owner: { name: 'docker', look: 'nft list tables' } },
  { pattern: /^LIBVIRT_/, of: 'chain', owner: { name: 'libvirt', look: 'virsh net-list' } },
  { pattern: /^\S+ libvirt_network$/, of: 'table', owner: { name: 'libvirt', look: 'virsh net-list' } },
  { pattern: /^KUBE-|^cali-/, of: 'chain', owner: { name: 'Kubernetes', look: 'iptables -S' } },
  { pattern: /^NETAVARK/, of: 'chain', owner: { name: 'podman', look: 'iptables -S' } },
  { pattern: /^\S+ netavark$/, of: 'table', owner: { name: 'podman', look: 'nft list table inet netavark' } },
  { pattern: /^ts-/, of: 'chain', owner: { name: 'tailscale', look: 'tailscale status' } },
  { pattern: /^f2b-/, of: 'chain', owner: { name: 'fail2ban', look: 'fail2ban-client status' } },
  { pattern: /^\S+ f2b-table$/, of: 'table', owner: { name: 'fail2ban', look: 'fail2ban-client status' } },
  { pattern: /^\S+ crowdsec6?$/, of: 'table', owner: { name: 'crowdsec', look: 'cscli decisions list' } },
  { pattern: /^\S+ (?:lxd|incus)$/, of: 'table', owner: { name: 'lxd or incus', look: 'nft list tables' } },
]

function ownerOf({ table, tableChains }: ForeignChain): Owner {
  const known = owners.filter(({ pattern, of }) =>
    of === 'table' ? pattern.test(table) : tableChains.some((chain) => pattern.test(chain)),
  )
  if (known.length > 0) {
    // several programs share the tables of iptables
    const names = [...new Set(known.map(({ owner }) => owner.name))]
    return { name: names.join(' and '), look: known[0]?.owner.look ?? listTable(table) }
  }
  if (/^ip6? (?:filter|nat|mangle|raw|security)$/.test(table))
    return { name: 'iptables', look: table.startsWith('ip6') ? 'ip6tables-save' : 'iptables-save' }
  if (table === 'inet filter') return { name: 'usually /etc/nftables.conf', look: listTable(table) }
  return { name: 'somebody', look: listTable(table) }
}

export function checkLegacyTables(reading: Reading<readonly string[]>): readonly Check[] {
  const name = 'iptables-legacy'
  return whenRead(name, reading, (tables) => {
    if (tables.length === 0) return [ok(name, 'not in use')]
    const finding = `has the tables ${tables.join(', ')}, which nft does not show: their rules may drop what rampart allows`
    return [warning(name, finding, 'see iptables-legacy-save, and use iptables-nft')]
  })
}
