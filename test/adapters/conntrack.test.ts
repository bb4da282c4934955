/** The kernel's own connection tracking, filled with entries that no packet made. */

import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { systemConnections } from '../../src/adapters/conntrack.ts'
import type { Flow } from '../../src/flow/flow.ts'
import { printFlow } from '../../src/flow/print-flow.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'

const signal = new AbortController().signal

/** Words of conntrack(8) for entries of established connections, and some of other kinds. */
function entries(): readonly string[] {
  const tcp = (from: string, at: number, to: string): string =>
    `-A -s ${from} -d ${to} -p tcp --sport ${1024 + at} --dport ${at % 10 === 0 ? 5432 : 443} -t 600 --state ESTABLISHED -u ASSURED,SEEN_REPLY`
  const numbers = Array.from({ length: 100 }, (_, at) => at)
  return [
    ...numbers.map((at) => tcp(`10.${at % 7}.0.${at % 250}`, at, '192.0.2.10')),
    ...numbers.map((at) => tcp(`2001:db8:${at % 7}::${at}`, at, '2001:db8::10')),
    '-A -s 10.0.0.1 -d 192.0.2.10 -p icmp --icmp-type 8 --icmp-code 0 --icmp-id 7 -t 600',
    '-A -s 10.0.0.1 -d 192.0.2.10 -p 50 -t 600',
    '-A -s 10.0.0.1 -d 192.0.2.10 -p udp --sport 9 --dport 53 -t 600',
  ]
}

async function listed(): Promise<readonly Flow[]> {
  const { flows, unreadable } = await systemConnections.list(signal)
  assert.is(unreadable, 0)
  return flows
}

const sorted = (flows: readonly Flow[]): readonly string[] => flows.map(printFlow).sort()

test.before(() => {
  // entries stay only where somebody tracks
  execFileSync('nft', ['-f', '-'], {
    input: 'table inet t {\nchain c {\ntype filter hook input priority 0\nct state new accept\n}\n}\n',
  })
  execFileSync('sh', ['-c', 'cat | conntrack -R -'], {
    input: `${entries().join('\n')}\n`,
    stdio: ['pipe', 'ignore', 'pipe'],
  })
})

test('systemConnections.end() deletes exactly what it is told, few or many, of every kind', async () => {
  const isEnding: readonly ((flow: Flow) => boolean)[] = [
    ({ protocol }) => protocol !== 6,
    ({ destinationPort, source }) => destinationPort === 5432 && source.family === 4,
    ({ source }) => source.family === 6 && source.value >> 80n === 0x20010db80003n,
    ({ sourcePort = 0 }) => sourcePort % 3 === 0,
  ]
  for (const ends of isEnding) {
    const all = await listed()
    const ending = all.filter(ends)
    assert.ok(ending.length > 1)
    assert.is(await systemConnections.end(ending, all, signal), ending.length)
    assert.equal(sorted(await listed()), sorted(all.filter((flow) => !ends(flow))))
  }
})

test('systemConnections.end() finds nothing wrong with connections that are gone already', async () => {
  const all = await listed()
  const ending = all.slice(0, 2)
  assert.equal(
    [await systemConnections.end(ending, all, signal), await systemConnections.end(ending, all, signal)],
    [2, 0],
  )
})

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
