/** This host's interfaces and addresses, as ip(8) tells them in the network namespace we run in. */

import type { HostFacts, HostInterface, InterfaceAddress } from '../host/host-facts.ts'
import { addressBits, readAnyAddress } from '../net/address.ts'
import { networkOf } from '../net/cidr.ts'
import { HostError } from '../reconcile/host-error.ts'
import type { HostInspector } from '../reconcile/ports.ts'
import { runCommand } from './command.ts'

const timeoutMs = 30_000

export const systemHostInspector: HostInspector = {
  read: async (node, signal) => ({ node, interfaces: readIpAddressShow(await runIp(signal)) }),
}

/**
 * Reads the JSON of `ip -j address show`. Link-local addresses are among the addresses; `up` is the administrative flag.
 * @throws HostError facts-unreadable
 */
export function readIpAddressShow(json: string): HostFacts['interfaces'] {
  const links = parse(json)
  if (!Array.isArray(links)) throw unreadable('a list of interfaces was expected')
  // ip prints `{}` for what a filter left out.
  const interfaces = links.filter((link) => isRecord(link) && 'ifname' in link).map(readLink)
  return interfaces.sort((a, b) => (a.name < b.name ? -1 : 1))
}

async function runIp(signal: AbortSignal): Promise<string> {
  const result = await runCommand({ program: 'ip', args: ['-j', 'address', 'show'], timeoutMs, signal })
  if (result.exitCode !== 0) throw unreadable(result.stderr.trim() || `"ip" ended with ${result.exitCode}`)
  return result.stdout
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (cause) {
    throw unreadable(`"ip" printed no JSON`, cause)
  }
}

function readLink(link: unknown): HostInterface {
  if (!isRecord(link) || typeof link.ifname !== 'string') throw unreadable('an interface without a name')
  const { ifname: name, flags, master, addr_info: addresses } = link
  return {
    name,
    up: Array.isArray(flags) && flags.includes('UP'),
    master: typeof master === 'string' ? master : undefined,
    addresses: Array.isArray(addresses) ? addresses.map((info) => readInterfaceAddress(name, info)) : [],
  }
}

/** On a point-to-point link `address` is the peer's, and the prefix length is that of the peer's network. */
function readInterfaceAddress(name: string, info: unknown): InterfaceAddress {
  if (isRecord(info)) {
    const address = typeof info.local === 'string' ? readAnyAddress(info.local) : undefined
    const peer = typeof info.address === 'string' ? readAnyAddress(info.address) : address
    const prefix = info.prefixlen
    if (address !== undefined && peer?.family === address.family && isPrefix(prefix, addressBits(address.family))) {
      return { address, network: networkOf(peer, prefix) }
    }
  }
  throw unreadable(`interface ${JSON.stringify(name)} has the address ${JSON.stringify(info)}`)
}

function isPrefix(value: unknown, bits: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= bits
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function unreadable(reason: string, cause?: unknown): HostError {
  return new HostError('facts-unreadable', `cannot read the interfaces of this host: ${reason}`, { cause })
}
