/** Tables as nft lists them and packets as people write them, in few words. */

import type { Packet } from '../../src/packet/packet.ts'
import { readPacket } from '../../src/packet/read-packet.ts'
import { readTable } from '../../src/ruleset/read-table.ts'
import type { Ruleset } from '../../src/ruleset/ruleset.ts'

/** @param blocks lines by `chain input`, `set friends` and so on */
export function tableOf(blocks: Readonly<Record<string, readonly string[]>>): Ruleset {
  const texts = Object.entries(blocks).map(
    ([title, lines]) => `\t${title} {\n${lines.map((line) => `\t\t${line}\n`).join('')}\t}\n`,
  )
  const table = readTable(`table inet rampart {\n${texts.join('')}}\n`)
  if (table === undefined) throw new Error('no table')
  return table
}

export const hooked = (hook: string, priority = 0, fallback = 'accept'): string =>
  `type filter hook ${hook} priority ${priority}; policy ${fallback};`

/** `iif=eth0 src=192.0.2.1 dst=203.0.113.1 proto=tcp dport=80` unless the words say otherwise; a key without value is left out. */
export function packetOf(words = ''): Packet {
  const usual = { iif: 'eth0', src: '192.0.2.1', dst: '203.0.113.1', proto: 'tcp', dport: '80' }
  const given = Object.fromEntries(
    words
      .split(' ')
      .filter(Boolean)
      .map((word) => word.split('=')),
  )
  const { dport, ...others } = usual
  const base = 'proto' in given ? others : { ...others, dport }
  const all = Object.entries<string>({ ...base, ...given }).filter(([, value]) => value !== '')
  const { packet, faults } = readPacket(all.map(([key, value]) => `${key}=${value}`))
  if (packet === undefined) throw new Error(faults.join('; '))
  return packet
}

export const ipv6 = 'src=2001:db8::1 dst=2001:db8::2'
