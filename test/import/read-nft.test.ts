/** Single rules of nft -j list ruleset and what becomes of them. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Json } from '../../src/import/nft-json.ts'
import { importText } from './import-text.ts'

const test = suite('readNft()')

const field = (protocol: string, name: string): Json => ({ payload: { protocol, field: name } })
const match = (left: Json, right: Json, op = '=='): Json => ({ match: { op, left, right } })
const dport = (right: Json, op = '=='): Json => match(field('tcp', 'dport'), right, op)
const accept: Json = { accept: null }

function listing(rules: readonly (readonly Json[])[], more: readonly Json[] = []): string {
  const own = { family: 'inet', table: 'filter' }
  return JSON.stringify({
    nftables: [
      { table: { family: 'inet', name: 'filter' } },
      { chain: { ...own, name: 'input', type: 'filter', hook: 'input', prio: 0, policy: 'drop' } },
      ...more,
      ...rules.map((expr, handle) => ({ rule: { ...own, chain: 'input', handle, expr } })),
    ],
  })
}

function rulesOf(...args: Parameters<typeof listing>): readonly string[] {
  const { rules } = importText(listing(...args))
  return rules
    .filter((rule) => rule.startsWith('h-input') && !rule.endsWith(': Deny'))
    .map((rule) => rule.replace(/^[^:]*: /, ''))
}

const single: readonly (readonly [string, readonly Json[], readonly string[]])[] = [
  ['a port', [dport(22), accept], ['Allow protocol: TCP destination: ports: [22]']],
  [
    'a set of ports and a range',
    [dport({ set: [80, { range: [8000, 8010] }] }), accept],
    ['Allow protocol: TCP destination: ports: [80, 8000:8010]'],
  ],
  ['ports from one on', [dport(1024, '>='), accept], ['Allow protocol: TCP destination: ports: [1024:65535]']],
  ['all ports but one', [dport(25, '!='), accept], ['Allow protocol: TCP destination: ports: [1:24, 26:65535]']],
  [
    'ports of two protocols',
    [match({ meta: { key: 'l4proto' } }, { set: ['tcp', 'udp'] }), match(field('th', 'dport'), 53), accept],
    ['Allow protocol: TCP destination: ports: [53]', 'Allow protocol: UDP destination: ports: [53]'],
  ],
  [
    'a network',
    [match(field('ip', 'saddr'), { prefix: { addr: '10.0.0.0', len: 8 } }), accept],
    ['Allow source: nets: [10.0.0.0/8]'],
  ],
  [
    'not a network',
    [match(field('ip6', 'daddr'), { prefix: { addr: 'fd00::', len: 8 } }, '!='), accept],
    ['Allow ipVersion: 6 destination: notNets: [fd00::/8]'],
  ],
  ['an ICMP type', [match(field('icmp', 'type'), 'echo-request'), accept], ['Allow protocol: ICMP icmp: {type: 8}']],
  ['a family', [match({ meta: { key: 'nfproto' } }, 'ipv6'), accept], ['Allow ipVersion: 6']],
  [
    'addresses with their ports',
    [
      match(
        { concat: [field('ip', 'daddr'), field('tcp', 'dport')] },
        { set: [{ concat: ['10.0.0.5', 80] }, { concat: ['10.0.0.6', 81] }] },
      ),
      accept,
    ],
    [
      'Allow protocol: TCP destination: nets: [10.0.0.5/32] ports: [80]',
      'Allow protocol: TCP destination: nets: [10.0.0.6/32] ports: [81]',
    ],
  ],
  [
    'a verdict map',
    [
      {
        vmap: {
          key: field('tcp', 'dport'),
          data: {
            set: [
              [22, { accept: null }],
              [25, { drop: null }],
            ],
          },
        },
      },
    ],
    ['Allow protocol: TCP destination: ports: [22]'],
  ],
  [
    'a log before a drop',
    [dport(23), { log: { prefix: 'telnet' } }, { drop: null }],
    ['Log protocol: TCP destination: ports: [23]'],
  ],
  ['an empty set', [match(field('ip', 'saddr'), { set: [] }), accept], []],
]

for (const [name, expressions, rules] of single)
  test(`readNft() of ${name}`, () => {
    assert.equal(rulesOf([expressions]), rules)
  })

test('readNft() asks for named sets by their names', () => {
  const set = {
    set: {
      family: 'inet',
      table: 'filter',
      name: 'Friends',
      type: 'ipv4_addr',
      elem: ['192.0.2.1', { range: ['192.0.2.8', '192.0.2.9'] }],
    },
  }
  const rules = rulesOf([[match(field('ip', 'saddr'), '@Friends'), accept]], [set])
  assert.equal(rules, ["Allow ipVersion: 4 source: selector: set == 'friends'"])
})

test('readNft() lets a packet pass all base chains of a hook, in the order of their priorities', () => {
  const own = { family: 'ip', table: 'more' }
  const early: readonly Json[] = [
    { chain: { ...own, name: 'early', type: 'filter', hook: 'input', prio: -10, policy: 'accept' } },
    { rule: { ...own, chain: 'early', handle: 9, expr: [dport(23), { drop: null }] } },
    { rule: { ...own, chain: 'early', handle: 10, expr: [dport(22), accept] } },
  ]
  const { rules } = importText(listing([[dport({ set: [22, 23] }), accept]], early))
  const input = rules.filter((rule) => rule.startsWith('h-input')).map((rule) => rule.replace(/^[^:]*: /, ''))
  assert.is(
    input.findIndex((rule) => rule.startsWith('Deny ipVersion: 4 protocol: TCP destination: ports: [23]')) !== -1,
    true,
    input.join('\n'),
  )
  assert.is(
    input.some((rule) => rule.includes('protocol: TCP destination: ports: [22')),
    true,
    input.join('\n'),
  )
})

const listed: readonly (readonly [string, readonly Json[], RegExp])[] = [
  [
    'a rate',
    [dport(22), { limit: { rate: 5, per: 'second' } }, accept],
    /^denies more 1: policies cannot ask for a rate limit$/,
  ],
  [
    'a mark',
    [match({ meta: { key: 'mark' } }, 5), { drop: null }],
    /^allows more 1: policies cannot ask for meta mark$/,
  ],
  [
    'a count of connections',
    [{ 'ct count': { val: 9 } }, { drop: null }],
    /^allows more 1: policies cannot ask for ct count$/,
  ],
  ['a user', [match({ meta: { key: 'skuid' } }, 0), accept], /^denies more 1: policies cannot ask for meta skuid$/],
  [
    'an extension of iptables',
    [{ xt: { type: 'match', name: 'recent' } }, { drop: null }],
    /^allows more 1: policies cannot ask for xt$/,
  ],
]

for (const [name, expressions, loss] of listed)
  test(`readNft() lists ${name}`, () => {
    const { losses } = importText(listing([expressions]))
    assert.ok(
      losses.some((one) => loss.test(one)),
      losses.join('\n'),
    )
  })

test('readNft() passes by our own table', () => {
  const ours: readonly Json[] = [
    { table: { family: 'inet', name: 'rampart' } },
    {
      chain: {
        family: 'inet',
        table: 'rampart',
        name: 'input',
        type: 'filter',
        hook: 'input',
        prio: 0,
        policy: 'accept',
      },
    },
    { rule: { family: 'inet', table: 'rampart', chain: 'input', handle: 1, expr: [{ drop: null }] } },
  ]
  assert.equal(rulesOf([[dport(22), accept]], ours), ['Allow protocol: TCP destination: ports: [22]'])
})

test.run()
