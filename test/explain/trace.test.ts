import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { trace } from '../../src/explain/trace.ts'
import type { Ruleset } from '../../src/ruleset/ruleset.ts'
import { hooked, packetOf, tableOf } from './table-and-packet.ts'

const test = suite('trace')

/** The chains and indexes of the rules that matched. */
function walked(ruleset: Ruleset, words = ''): string {
  const { stages, verdict } = trace({ ruleset, packet: packetOf(words) })
  const matched = stages.flatMap((stage) => stage.steps.filter((step) => step.outcome.type === 'matched'))
  return `${matched.map(({ chain, index }) => `${chain}[${index}]`).join(' ')} ${verdict}`.trim()
}

const everyHook = tableOf(
  Object.fromEntries(
    ['postrouting', 'output', 'forward', 'input', 'prerouting'].flatMap((hook) =>
      [0, -150, -300].map((priority) => [`chain ${hook}${priority}`, [hooked(hook, priority)]]),
    ),
  ),
)

test('trace() passes the hooks of the way of the packet, by priority', () => {
  const way = (words: string) =>
    trace({ ruleset: everyHook, packet: packetOf(words) }).stages.map(({ hook, priority }) => `${hook}${priority}`)
  const on = (hook: string) => [`${hook}-300`, `${hook}-150`, `${hook}0`]
  assert.equal(way('iif=eth0'), [...on('prerouting'), ...on('input')])
  assert.equal(way('iif= oif=eth0'), [...on('output'), ...on('postrouting')])
  assert.equal(way('iif=eth0 oif=eth1'), [...on('prerouting'), ...on('forward'), ...on('postrouting')])
})

test('trace() allows what no rule judges, and says that nothing was touched', () => {
  assert.equal(trace({ ruleset: tableOf({}), packet: packetOf() }), {
    verdict: 'allow',
    unknown: false,
    touched: false,
    stages: [],
    decidedBy: undefined,
  })
})

test('trace() says of a known connection whether its interface is governed, though nobody is asked', () => {
  const ruleset = tableOf({
    'map interfaces': ['type ifname : verdict', 'elements = { "eth0" : goto list }'],
    'chain list': ['drop'],
    'chain input': [hooked('input'), 'ct state established,related accept', 'iifname vmap @interfaces'],
  })
  const touched = (words: string) => trace({ ruleset, packet: packetOf(words) }).touched
  assert.equal([touched('state=established'), touched('iif=eth1 state=established')], [true, false])
  assert.is(trace({ ruleset, packet: packetOf('state=established') }).verdict, 'allow')
})

test('trace() asks nothing of a dormant table', () => {
  const table = tableOf({ 'chain input': [hooked('input', 0, 'drop')] })
  assert.is(trace({ ruleset: table, packet: packetOf() }).verdict, 'deny')
  assert.is(trace({ ruleset: { ...table, flags: ['dormant'] }, packet: packetOf() }).verdict, 'allow')
})

test('accept ends its base chain only, drop ends everything', () => {
  const table = (first: string) =>
    tableOf({
      'chain early': [hooked('prerouting', -150), first, 'drop'],
      'chain input': [hooked('input'), 'tcp dport 80 drop', 'accept'],
    })
  assert.is(walked(table('accept')), 'early[0] input[0] deny')
  assert.is(walked(table('drop')), 'early[0] deny')
  assert.is(trace({ ruleset: table('drop'), packet: packetOf() }).stages.length, 1)
})

test('the fallback decides where rules are used up', () => {
  const { verdict, decidedBy, stages } = trace({
    ruleset: tableOf({ 'chain input': [hooked('input', 0, 'drop'), 'tcp dport 22 accept'] }),
    packet: packetOf(),
  })
  assert.equal([verdict, decidedBy, stages[0]?.verdict], ['deny', undefined, 'drop'])
})

test('jump comes back to the next rule, after the end and after return', () => {
  const table = tableOf({
    'chain input': [hooked('input'), 'jump a', 'jump b', 'drop'],
    'chain a': ['tcp dport 22 accept'],
    'chain b': ['return', 'accept'],
  })
  assert.is(walked(table), 'input[0] input[1] b[0] input[2] deny')
  assert.is(walked(table, 'dport=22'), 'input[0] a[0] allow')
})

test('goto goes past its own chain, to the one that jumped there', () => {
  const table = tableOf({
    'chain input': [hooked('input'), 'jump a', 'accept'],
    'chain a': ['goto b', 'drop'],
    'chain b': ['goto c', 'drop'],
    'chain c': ['tcp dport 80 return', 'drop'],
  })
  assert.is(walked(table), 'input[0] a[0] b[0] c[0] input[1] allow')
  assert.is(walked(table, 'dport=81'), 'input[0] a[0] b[0] c[1] deny')
})

test('goto from a base chain ends with its fallback', () => {
  const table = tableOf({ 'chain input': [hooked('input', 0, 'drop'), 'goto a', 'accept'], 'chain a': ['return'] })
  assert.is(walked(table), 'input[0] a[0] deny')
})

test('return in a base chain leaves the rest to the fallback', () => {
  assert.is(walked(tableOf({ 'chain input': [hooked('input'), 'return', 'drop'] })), 'input[0] allow')
})

test('a walk goes as deep as the kernel does, and knows no more below', () => {
  const chains = (count: number, verb: string) =>
    tableOf({
      'chain input': [hooked('input'), `jump c1`],
      ...Object.fromEntries(
        Array.from({ length: count }, (_, at) => [
          `chain c${at + 1}`,
          [at + 1 === count ? 'drop' : `${verb} c${at + 2}`],
        ]),
      ),
    })
  for (const verb of ['jump', 'goto']) {
    assert.is(trace({ ruleset: chains(15, verb), packet: packetOf() }).verdict, 'deny')
    assert.is(trace({ ruleset: chains(15, verb), packet: packetOf() }).unknown, false)
    assert.is(trace({ ruleset: chains(16, verb), packet: packetOf() }).unknown, true)
  }
})

test('chains that lead in circles end as unknown', () => {
  const table = tableOf({ 'chain input': [hooked('input'), 'goto a'], 'chain a': ['jump b'], 'chain b': ['goto a'] })
  assert.is(trace({ ruleset: table, packet: packetOf() }).unknown, true)
})

test('a rule that somebody else wrote is unknown and passed over', () => {
  const { verdict, unknown, stages } = trace({
    ruleset: tableOf({ 'chain input': [hooked('input'), 'meta cpu 0 drop', 'accept'] }),
    packet: packetOf(),
  })
  assert.equal([verdict, unknown], ['allow', true])
  assert.equal(stages[0]?.steps[0]?.outcome, { type: 'unknown', reason: 'opaque' })
})

test('rules that name sets, maps or chains that are not there are unknown', () => {
  for (const rule of [
    'ip saddr @gone drop',
    'iifname vmap @gone',
    'jump gone',
    'counter name ip saddr map @gone drop',
  ]) {
    const { stages } = trace({ ruleset: tableOf({ 'chain input': [hooked('input'), rule] }), packet: packetOf() })
    assert.equal(stages[0]?.steps[0]?.outcome, { type: 'unknown', reason: 'missing' }, rule)
  }
})

test('touched is false as long as packets are only led on by their interface', () => {
  const table = tableOf({
    'map places': ['type ifname : verdict', 'elements = { "eth0" : goto judged }'],
    'chain input': [hooked('input'), 'goto ways'],
    'chain ways': ['iifname vmap @places', 'iifname "lo" accept'],
    'chain judged': ['accept'],
  })
  const touched = (words: string) => trace({ ruleset: table, packet: packetOf(words) }).touched
  assert.equal([touched('iif=eth0'), touched('iif=eth1'), touched('iif=lo')], [true, false, false])
})

test('decidedBy is what dropped, else the last that let pass, be it by return', () => {
  const table = tableOf({
    'chain early': [hooked('prerouting', -150), 'jump first'],
    'chain first': ['tcp dport 80 accept'],
    'chain forward': [hooked('forward'), 'oifname "eth2" drop', 'jump second'],
    'chain second': ['tcp dport 81 drop', 'tcp dport 82 return', 'tcp dport 80 return'],
  })
  const decided = (words: string) => {
    const step = trace({ ruleset: table, packet: packetOf(words) }).decidedBy
    return step && `${step.chain}[${step.index}]`
  }
  assert.is(decided(''), 'first[0]')
  assert.is(decided('oif=eth1'), 'second[2]')
  assert.is(decided('oif=eth1 dport=81'), 'second[0]')
  assert.is(decided('oif=eth2'), 'forward[0]')
  assert.is(decided('oif=eth1 dport=83'), undefined)
})

test('decidedBy is nothing that only leads packets on', () => {
  const table = tableOf({
    'chain forward': [hooked('forward'), 'iifname "lo" accept', 'jump judge'],
    'chain judge': ['tcp dport 80 accept'],
    'chain late': [hooked('postrouting', -150), 'oifname "eth1" accept'],
  })
  const decided = (words: string) => trace({ ruleset: table, packet: packetOf(words) }).decidedBy?.chain
  assert.is(decided('iif=eth0 oif=eth1'), 'judge')
  assert.is(decided('iif=lo oif=eth1'), undefined)
})

test('many traces over a large table take no time that grows with its sets', () => {
  const elements = Array.from({ length: 20_000 }, (_, at) => `10.${at >> 8}.${at & 255}.0/25`)
  const table = tableOf({
    'set many': ['type ipv4_addr', 'flags interval', `elements = { ${elements.join(', ')} }`],
    'chain input': [hooked('input'), 'ip saddr @many drop'],
  })
  const [inside, outside] = [packetOf('src=10.3.9.127'), packetOf('src=10.3.9.128')]
  const start = process.hrtime.bigint()
  for (let round = 0; round < 5000; round++) {
    assert.is(trace({ ruleset: table, packet: inside }).verdict, 'deny')
    assert.is(trace({ ruleset: table, packet: outside }).verdict, 'allow')
  }
  assert.ok(process.hrtime.bigint() - start < 5_000_000_000n)
})

test.run()
