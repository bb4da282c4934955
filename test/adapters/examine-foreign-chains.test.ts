import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { listForeignChains, listLegacyTables, readForeignChains } from '../../src/adapters/examine-foreign-chains.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'
import { temporaryFolder } from '../fakes/policy-folder.ts'

const test = suite('adapters/examine-foreign-chains')

/** `table chain: hook priority policy, drops` of each. */
async function listed(): Promise<readonly string[]> {
  const reading = await listForeignChains(AbortSignal.timeout(10_000))
  if (reading.type === 'unread') throw new Error(reading.reason)
  return reading.value.map(
    ({ table, chain, hook, priority, policy, mayDrop }) =>
      `${table} ${chain}: ${hook} ${priority} ${policy}${mayDrop ? ', may drop' : ''}`,
  )
}

function load(script: string): void {
  execFileSync('nft', ['-f', '-'], { input: `flush ruleset\n${script}` })
}

test('listForeignChains() finds nothing where there is nothing', async () => {
  load('')
  assert.equal(await listed(), [])
})

test('listForeignChains() finds base chains of others as the kernel has them, and what they may drop', async () => {
  load(`
table inet rampart { chain input { type filter hook input priority 0; policy accept; drop; }; }
table ip filter {
  chain DOCKER-USER { return; }
  chain FORWARD { type filter hook forward priority filter; policy drop; jump DOCKER-USER; }
  chain INPUT { type filter hook input priority filter; policy accept; tcp dport 22 accept; }
}
table inet firewalld {
  chain deep { tcp dport { 1, 2 } reject; }
  chain middle { iifname vmap { "eth0" : goto deep, "eth1" : accept }; }
  chain filter_INPUT { type filter hook input priority filter + 10; policy accept; jump middle; }
  chain filter_OUTPUT { type filter hook output priority filter + 10; policy accept; log prefix "drop " accept comment "reject"; }
}
table ip nat { chain POSTROUTING { type nat hook postrouting priority srcnat; policy accept; masquerade; }; }
table inet maps {
  map verdicts { type inet_service : verdict; elements = { 22 : drop }; }
  chain a { type filter hook prerouting priority raw; policy accept; tcp dport vmap @verdicts; }
}
table netdev early { chain a { type filter hook ingress device "lo" priority -500; policy accept; ip saddr 192.0.2.1 drop; }; }
table bridge other { chain a { type filter hook input priority 0; policy drop; }; }
`)
  assert.equal([...(await listed())].sort(), [
    'inet firewalld filter_INPUT: input 10 accept, may drop',
    'inet firewalld filter_OUTPUT: output 10 accept',
    'inet maps a: prerouting -300 accept, may drop',
    'ip filter FORWARD: forward 0 drop, may drop',
    'ip filter INPUT: input 0 accept',
    'ip nat POSTROUTING: postrouting 100 accept',
    'netdev early a: ingress -500 accept, may drop',
  ])
})

test('readForeignChains() does not hang on chains that lead to each other, and gives all names of the table', () => {
  const text = `table ip x {
	chain a {
		type filter hook input priority 0; policy accept;
		jump b
	}

	chain b {
		goto a
	}
}
`
  assert.equal(readForeignChains(text), [
    {
      table: 'ip x',
      chain: 'a',
      hook: 'input',
      priority: 0,
      policy: 'accept',
      mayDrop: false,
      tableChains: ['a', 'b'],
    },
  ])
})

test('readForeignChains() takes targets of iptables extensions that drop for what they are', () => {
  const chain = (rule: string) =>
    readForeignChains(
      `table ip x {\n\tchain a {\n\t\ttype filter hook input priority 0; policy accept;\n\t\t${rule}\n\t}\n}\n`,
    )[0]?.mayDrop
  assert.is(chain('counter packets 0 bytes 0 xt target REJECT'), true)
  assert.is(chain('counter packets 0 bytes 0 xt target TTL'), false)
  assert.is(chain('counter packets 0 bytes 0 queue num 0'), true)
})

test('listLegacyTables() reads the names of both families; where there are no files there are no tables', async () => {
  const proc = temporaryFolder()
  assert.equal(await listLegacyTables(proc), { type: 'read', value: [] })
  mkdirSync(join(proc, 'net'))
  writeFileSync(join(proc, 'net/ip_tables_names'), 'filter\nnat\n')
  writeFileSync(join(proc, 'net/ip6_tables_names'), 'filter\n')
  assert.equal(await listLegacyTables(proc), { type: 'read', value: ['filter (IPv4)', 'nat (IPv4)', 'filter (IPv6)'] })
  mkdirSync(join(proc, 'x/net/ip_tables_names'), { recursive: true })
  assert.is((await listLegacyTables(join(proc, 'x'))).type, 'unread')
})

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
