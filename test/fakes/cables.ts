/** Cables between the namespace that the test runs in and others that it makes. */

import { execFileSync } from 'node:child_process'
import type { Namespaces } from './kernel.ts'

export interface Cable {
  /** The interface on our side; on theirs it is called eth0. */
  readonly name: string
  /** With prefix length. */
  readonly ours: readonly string[]
  readonly theirs: readonly string[]
  /** Our addresses, by which they reach everybody else. */
  readonly gateways: readonly string[]
}

/** A namespace at the other end of a cable; gives its name. Only for a test that has a namespace of its own. */
export function plugIn(namespaces: Namespaces, cable: Cable): string {
  const there = namespaces.add()
  ip('link', 'add', cable.name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', there)
  ip('link', 'set', cable.name, 'up')
  ip('-n', there, 'link', 'set', 'eth0', 'up')
  for (const address of cable.ours) ip('address', 'add', address, 'dev', cable.name, ...atOnce(address))
  for (const address of cable.theirs) ip('-n', there, 'address', 'add', address, 'dev', 'eth0', ...atOnce(address))
  for (const gateway of cable.gateways) ip('-n', there, 'route', 'add', 'default', 'via', gateway)
  return there
}

function ip(...args: readonly string[]): string {
  return execFileSync('ip', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 })
}

/** Without the second that duplicate address detection takes. */
function atOnce(address: string): readonly string[] {
  return address.includes(':') ? ['nodad'] : []
}
