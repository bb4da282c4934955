/** What an operator changes by hand in the live table is named one by one, and the script repairs exactly that. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { invert } from '../../src/diff/apply-plan.ts'
import { type Difference, describePlan } from '../../src/diff/describe-plan.ts'
import { diff } from '../../src/diff/diff.ts'
import { printReplacement, printScript } from '../../src/diff/print-script.ts'
import { printRule } from '../../src/ruleset/print-rule.ts'
import { printTable } from '../../src/ruleset/print-table.ts'
import { readTable } from '../../src/ruleset/read-table.ts'
import type { Ruleset } from '../../src/ruleset/ruleset.ts'
import { kernelAvailable } from '../fakes/kernel.ts'
import { skipLoudly } from '../fakes/skip.ts'
import { compileCase, exampleCases, goldenCases } from '../golden/golden-cases.ts'
import { NftSession } from './nft-session.ts'

interface Tampering {
  readonly title: string
  readonly golden: string
  /** Lines of sh; T stands for the table. */
  readonly by: string
  /** `+ rule ingress/e0: tcp dport 80 accept`, in any order. */
  readonly named: readonly string[]
  /** The tampering emptied these chains, so all their rules are missing. */
  readonly emptied?: readonly string[]
  /** Words of which every line of the repairing script has one. */
  readonly touches: readonly string[]
}

const gateway = 'policies for gw-1'
const lan = '"purpose == .lan."'
/** Shell that finds a named set by what it stands for. */
const lanSet = `s=$(nft -t list table T | grep -B3 'comment ${lan}' | sed -n 's/.*set \\(peers4.*\\) {/\\1/p')`

const tamperings: readonly Tampering[] = [
  {
    title: 'a rule deleted',
    golden: 'merged-runs',
    by: "h=$(nft -a list chain T ingress/e0/policy | sed -n 's/.*tcp dport 3004 .*# handle //p'); nft delete rule T ingress/e0/policy handle $h",
    named: ['+ rule ingress/e0/policy: tcp dport 3004 counter name "gnp/g-too-few/ingress/4" drop'],
    touches: ['ingress/e0/policy'],
  },
  {
    title: 'a rule added at the head',
    golden: 'default-deny',
    by: 'nft insert rule T ingress/e0 tcp dport 3306 accept',
    named: ['- rule ingress/e0: tcp dport 3306 accept'],
    touches: ['ingress/e0'],
  },
  {
    title: 'a rule added in a form that we never write',
    golden: 'default-deny',
    by: 'nft add rule T input meta mark 0x1 ip6 hoplimit 1-5 counter accept',
    named: ['- rule input: meta mark 0x00000001 ip6 hoplimit 1-5 counter accept'],
    touches: ['input'],
  },
  {
    title: 'a rule replaced by another verdict',
    golden: 'default-deny',
    by: "h=$(nft -a list chain T ingress/e0 | sed -n 's/.*default. # handle //p'); nft replace rule T ingress/e0 handle $h counter name '\"endpoint/e0/ingress/denied\"' accept",
    named: [
      '- rule ingress/e0: counter name "endpoint/e0/ingress/denied" accept',
      '+ rule ingress/e0: counter name "endpoint/e0/ingress/denied" drop',
    ],
    touches: ['ingress/e0'],
  },
  {
    title: 'a comment removed',
    golden: 'failsafes-none',
    by: "h=$(nft -a list chain T ingress/e0 | sed -n 's/.*default. # handle //p'); nft replace rule T ingress/e0 handle $h counter name '\"endpoint/e0/ingress/denied\"' drop",
    named: [
      '- rule ingress/e0: counter name "endpoint/e0/ingress/denied" drop',
      '+ rule ingress/e0: counter name "endpoint/e0/ingress/denied" drop',
    ],
    touches: ['ingress/e0'],
  },
  {
    title: 'two rules swapped',
    golden: 'failsafes-none',
    by: "h=$(nft -a list chain T ingress/e0 | sed -n 's/.*established.*# handle //p'); nft delete rule T ingress/e0 handle $h; nft add rule T ingress/e0 ct state established,related accept",
    named: [
      '- rule ingress/e0: ct state established,related accept',
      '+ rule ingress/e0: ct state established,related accept',
    ],
    touches: ['ingress/e0'],
  },
  {
    title: 'a chain flushed',
    golden: 'star',
    by: 'nft flush chain T output',
    named: ['+ rule output: ct status dnat accept', '+ rule output: goto egress'],
    touches: ['output'],
  },
  {
    title: 'an element added to a set of addresses',
    golden: 'matches',
    by: `s=$(nft -t list table T | grep -B2 "comment.*role == 'db'" | sed -n 's/.*set \\(peers4.*\\) {/\\1/p'); nft add element T $s '{ 198.51.100.66 comment "mine, { really }" }'`,
    named: ['- element peers4/5c457b94d91b: 198.51.100.66 comment "mine, { really }"'],
    touches: ['peers4/5c457b94d91b'],
  },
  {
    title: 'an element removed from a set of addresses',
    golden: 'matches',
    by: 'nft delete element T peers6/5c457b94d91b "{ 2001:db8:10::31 }"',
    named: ['+ element peers6/5c457b94d91b: 2001:db8:10::31'],
    touches: ['peers6/5c457b94d91b'],
  },
  {
    title: 'a network replaced in a set of networks',
    golden: gateway,
    by: `${lanSet}; nft delete element T $s "{ 10.0.0.0/24 }"; nft add element T $s "{ 10.0.0.0/16 }"`,
    named: ['- element <lan>: 10.0.0.0/16', '+ element <lan>: 10.0.0.0/24'],
    touches: ['<lan>'],
  },
  {
    title: 'a network added that touches another',
    golden: gateway,
    by: `${lanSet}; nft add element T $s "{ 10.0.1.0/24, 10.9.0.0-10.9.0.6 }"`,
    named: ['- element <lan>: 10.0.1.0/24', '- element <lan>: 10.9.0.0-10.9.0.6'],
    touches: ['<lan>'],
  },
  {
    title: 'an interface taken out of the map, another sent elsewhere',
    golden: gateway,
    by: 'nft delete element T interfaces/ingress "{ eth0 }"; nft add element T interfaces/ingress "{ eth9 : accept, eth0 : accept }"',
    named: [
      '- element interfaces/ingress: "eth0" : accept',
      '- element interfaces/ingress: "eth9" : accept',
      '+ element interfaces/ingress: "eth0" : goto ingress/gw-1-eth0',
    ],
    touches: ['interfaces/ingress'],
  },
  {
    title: 'an element taken out of a merged lookup',
    golden: 'merged-runs',
    by: 'nft delete element T ingress/e0/policy/default/merged-1 "{ 192.0.2.3 . tcp . 22 }"',
    named: ['+ element ingress/e0/policy/default/merged-1: 192.0.2.3 . 6 . 22 : "gnp/b-four/ingress/2"'],
    touches: ['ingress/e0/policy/default/merged-1'],
  },
  {
    title: 'a chain, a set and a counter added',
    golden: 'default-deny',
    by: 'nft add chain T mine; nft add rule T mine accept; nft "add set T mine { type ipv4_addr; comment \\"me\\"; }"; nft add counter T mine',
    named: ['- chain mine: ', '- rule mine: accept', '- set mine: me', '- counter mine: '],
    touches: ['mine'],
  },
  {
    title: 'a base chain added that drops everything',
    golden: 'default-deny',
    by: 'nft "add chain T mine { type filter hook input priority -10; policy drop; }"; nft add rule T mine iif lo accept',
    named: ['- chain mine: ', '- rule mine: iif "lo" accept'],
    touches: ['mine'],
  },
  {
    title: 'objects added that we never write, and that use each other',
    golden: 'default-deny',
    by: `nft -f - <<'OBJECTS'
table T {
  counter my-counter { }
  quota my-quota { over 25 mbytes }
  limit my-limit { rate 10/second }
  ct helper my-helper { type "ftp" protocol tcp; }
  map my-quotas { type ipv4_addr : quota; elements = { 1.2.3.4 : "my-quota" } }
  map my-hits { type mark : counter; elements = { 1 : "my-counter" } }
  map my-jumps { type mark : verdict; elements = { 1 : jump my-chain } }
  set my-macs { type ether_addr; elements = { 00:11:22:33:44:55 } }
  set my-typeof { typeof ip saddr; elements = { 9.9.9.9 } }
  chain my-chain { comment "mine"
    quota name "my-quota" drop
  }
  chain my-base { type filter hook input priority -10; policy accept;
    meta mark vmap @my-jumps
    ip saddr @my-typeof limit name "my-limit" accept
    ct helper set "my-helper"
  }
}
OBJECTS`,
    named: [
      '- chain my-base: ',
      '- rule my-base: meta mark vmap @my-jumps',
      '- rule my-base: ip saddr @my-typeof limit name "my-limit" accept',
      '- rule my-base: ct helper set "my-helper"',
      '- chain my-chain: ',
      '- rule my-chain: quota name "my-quota" drop',
      '- counter my-counter: ',
      ...[
        'quota my-quota',
        'limit my-limit',
        'ct helper my-helper',
        'map my-quotas',
        'map my-hits',
        'map my-jumps',
      ].map((name) => `- foreign ${name}: `),
      '- foreign set my-macs: ',
      '- foreign set my-typeof: ',
    ],
    touches: ['my-'],
  },
  {
    title: 'a rule and its counter removed',
    golden: 'failsafes-calico-compat',
    by: "h=$(nft -a list chain T failsafe/ingress | sed -n 's/.*tcp dport 179 .*# handle //p'); nft delete rule T failsafe/ingress handle $h; nft delete counter T failsafe/ingress/tcp-179",
    named: [
      '+ counter failsafe/ingress/tcp-179: ',
      '+ rule failsafe/ingress: tcp dport 179 counter name "failsafe/ingress/tcp-179" accept',
    ],
    touches: ['failsafe/ingress'],
  },
  {
    title: 'a set declared anew with other properties',
    golden: 'matches',
    by: `nft -f - <<'SET'
flush chain T ingress/e0/policy
delete set T peers6/5c457b94d91b
add set T peers6/5c457b94d91b { type ipv6_addr; flags timeout; }
SET`,
    emptied: ['ingress/e0/policy'],
    named: [
      '- set peers6/5c457b94d91b: ',
      "+ set peers6/5c457b94d91b: role == 'db'",
      '+ element peers6/5c457b94d91b: 2001:db8:10::31',
    ],
    touches: ['ingress/e0/policy', 'peers6/5c457b94d91b', '\t', '}'],
  },
  {
    title: 'a set declared anew in a form that we never write, still used by our rules',
    golden: 'peers',
    by: `rules=$(nft -s list chain T ingress/e0/policy | sed -n 's|^\\t\\t|add rule T ingress/e0/policy |p'); nft -f - <<SET
flush chain T ingress/e0/policy
delete set T peers6/5c457b94d91b
add set T peers6/5c457b94d91b { typeof ip6 saddr; }
$rules
SET`,
    named: [
      '- foreign set peers6/5c457b94d91b: ',
      "+ set peers6/5c457b94d91b: role == 'db'",
      '+ element peers6/5c457b94d91b: 2001:db8:10::31',
      '+ element peers6/5c457b94d91b: 2001:db8:10::32',
      '+ element peers6/5c457b94d91b: 2001:db8:10::33',
    ],
    touches: ['ingress/e0/policy', 'peers6/5c457b94d91b', '\t', '}'],
  },
  {
    title: 'a chain made anew with a comment',
    golden: 'failsafes-none',
    by: `nft -f - <<'CHAIN'
flush chain T failsafe/egress
flush chain T egress/e0
delete chain T failsafe/egress
add chain T failsafe/egress { comment "mine"; }
CHAIN`,
    emptied: ['egress/e0', 'failsafe/egress'],
    named: ['- chain failsafe/egress: ', '+ chain failsafe/egress: '],
    touches: ['failsafe/egress', 'egress/e0'],
  },
  {
    title: 'the policy of a base chain set to drop',
    golden: 'star-with-lo',
    by: 'nft "add chain T forward { policy drop; }"',
    named: [
      '- chain forward: ',
      '- rule forward: ct state invalid counter name "forward/invalid" drop',
      '+ chain forward: ',
      '+ rule forward: ct state invalid counter name "forward/invalid" drop',
    ],
    touches: ['forward'],
  },
  {
    title: 'a base chain made anew at another priority',
    golden: 'no-endpoint',
    by: 'nft "add chain T input { type filter hook input priority 10; policy drop; }"',
    named: ['- chain input: '],
    touches: ['input'],
  },
  {
    title: 'the table put to sleep',
    golden: 'default-deny',
    by: 'nft "add table T { flags dormant; }"',
    named: ['+ table inet rampart: flags "dormant" become ""'],
    touches: [''],
  },
]

const tampered = suite('tampering')
for (const tampering of tamperings)
  tampered(`${tampering.title}: named, and nothing else repaired`, () => check(tampering))

tampered('the table deleted: the whole table is written again', async () => {
  const { ruleset } = compileCase(await caseNamed(gateway))
  const session = new NftSession()
  session.load(printReplacement(ruleset))
  session.shell('nft delete table inet rampart')
  const load = session.load(printScript(diff(ruleset, undefined)))
  const list = session.list()
  const printed = await session.run()
  assert.is(printed[load], '')
  assert.is(printTable(readTable(printed[list] ?? '') ?? ruleset), printTable(ruleset))
  assert.equal(describePlan(diff(ruleset, undefined))[0], {
    action: 'add',
    object: 'table',
    name: 'inet rampart',
    text: '',
    comment: undefined,
  })
})

const available = kernelAvailable()
if (available.ok) tampered.run()
else skipLoudly(available.reason)

async function check({ golden, by, named, emptied, touches }: Tampering): Promise<void> {
  const { ruleset } = compileCase(await caseNamed(golden))
  const lanName = [...ruleset.sets.values()].find(
    (set) => /^peers4/.test(set.name) && set.comment === "purpose == 'lan'",
  )?.name
  const known = (text: string): string => text.replaceAll('<lan>', lanName ?? '')
  const start = (): NftSession => {
    const session = new NftSession()
    session.load(others)
    session.load(printReplacement(ruleset))
    session.shell(by.replaceAll(/(?<=\s)T(?=\s)/g, 'inet rampart'))
    return session
  }
  const first = start()
  const live = first.list()
  const before = await first.run()
  assert.is(before[live - 1], '', 'the tampering itself')
  const table = readTable(before[live] ?? '')
  const plan = diff(ruleset, table)
  const script = printScript(plan)
  const missing = (emptied ?? []).flatMap((chain) => rulesOf(ruleset, chain).map((rule) => `+ rule ${chain}: ${rule}`))
  assert.equal(describePlan(plan).map(line).sort(), [...named.map(known), ...missing].sort())
  for (const command of script.trim().split('\n')) {
    assert.ok(
      touches.some((word) => command.includes(known(word))),
      `touches more than it should: ${command}`,
    )
  }
  const second = start()
  const [otherBefore, load, list, otherAfter] = [
    second.shell(listOthers),
    second.load(script),
    second.list(),
    second.shell(listOthers),
  ]
  const [back, listBack] = [second.load(printScript(invert(plan))), second.list()]
  const after = await second.run()
  assert.is(after[load], '')
  assert.is(printTable(readTable(after[list] ?? '') ?? ruleset), printTable(ruleset))
  assert.equal(diff(ruleset, readTable(after[list] ?? '')).changes, [])
  assert.is(after[otherAfter], after[otherBefore])
  assert.ok(after[otherBefore]?.includes('chain mine'))
  assert.is(after[back], '')
  assert.equal(blocks(after[listBack]), blocks(before[live]), 'the inverse leads back')
}

const others = 'table ip rampart { chain mine { accept; }\n}\ntable inet rampart2 { counter c { packets 3 bytes 9 }\n}'
const listOthers = 'nft list table ip rampart; nft list table inet rampart2'

/** nft lists objects in the order in which they were made. */
function blocks(listing: string | undefined): readonly string[] {
  return (listing ?? '')
    .replace(/\n\}\n$/, '')
    .split(/\n\n|\{\n(?=\tcounter)/)
    .sort()
}

function rulesOf(ruleset: Ruleset, chain: string): readonly string[] {
  return (ruleset.chains.get(chain)?.rules ?? []).map((rule) => printRule({ ...rule, comment: undefined }))
}

function line({ action, object, name, text }: Difference): string {
  return `${action === 'add' ? '+' : '-'} ${object} ${name}: ${text}`
}

async function caseNamed(name: string) {
  const found = [...(await goldenCases()), ...(await exampleCases())].find((golden) => golden.name === name)
  if (found === undefined) throw new Error(`there is no golden ${name}`)
  return found
}
