/** What an operator may do by hand to rules and elements, and what the plan must then say. */

import type { Tampering } from './tampering.ts'

const gateway = 'policies for gw-1'
const lan = '"purpose == .lan."'
/** Shell that finds a named set by what it stands for. */
const lanSet = `s=$(nft -t list table T | grep -B3 'comment ${lan}' | sed -n 's/.*set \\(peers4.*\\) {/\\1/p')`

export const contentTamperings: readonly Tampering[] = [
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
    by: "h=$(nft -a list chain T input | sed -n 's/.*established.*# handle //p'); nft delete rule T input handle $h; nft add rule T input ct state established,related accept",
    named: ['- rule input: iifname vmap @interfaces/ingress', '+ rule input: iifname vmap @interfaces/ingress'],
    touches: ['input'],
  },
  {
    title: 'a chain flushed',
    golden: 'star',
    by: 'nft flush chain T output',
    named: [
      '+ rule output: ct state established,related accept',
      ...['cali*', 'fifteen-letters', 'tap*'].map((name) => `+ rule output: oifname "${name}" accept`),
      '+ rule output: ct status dnat accept',
      '+ rule output: goto egress',
    ],
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
    by: 'nft delete element T ingress/e0/policy/default/merged-b-four "{ tcp . 22 . 192.0.2.3 }"',
    named: ['+ element ingress/e0/policy/default/merged-b-four: 6 . 22 . 192.0.2.3 : "gnp/b-four/ingress/2"'],
    touches: ['ingress/e0/policy/default/merged-b-four'],
  },
]
