/** What an operator may do by hand to chains, sets, other objects and the table, and what the plan must then say. */

import type { Tampering } from './tampering.ts'

/** Of an endpoint on every interface, without workloads. */
const forwardRules: readonly string[] = [
  'ct state established,related accept',
  'oifname vmap @interfaces/forward-egress',
  'oifname "lo" accept',
  'goto forward/egress/everywhere',
]

export const objectTamperings: readonly Tampering[] = [
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
    by: 'nft "add chain T forward-egress { policy drop; }"',
    named: [
      '- chain forward-egress: ',
      ...forwardRules.map((rule) => `- rule forward-egress: ${rule}`),
      '+ chain forward-egress: ',
      ...forwardRules.map((rule) => `+ rule forward-egress: ${rule}`),
    ],
    touches: ['forward-egress'],
  },
  {
    title: 'a base chain made anew at another priority',
    golden: 'no-endpoint',
    by: `nft -f - <<'CHAIN'
flush chain T input
delete chain T input
add chain T input { type filter hook input priority 10; policy drop; }
CHAIN`,
    emptied: ['input'],
    named: ['- chain input: ', '+ chain input: '],
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
