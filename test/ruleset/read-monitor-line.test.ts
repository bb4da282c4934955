import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readMonitorLine } from '../../src/ruleset/read-monitor-line.ts'

const test = suite('ruleset/read-monitor-line')

// As nft 1.0.6 printed them
const changes: readonly (readonly [line: string, table: string])[] = [
  ['add table inet rampart', 'inet rampart'],
  ['add table ip6 foo { flags dormant; }', 'ip6 foo'],
  ['add chain inet rampart c { type filter hook input priority filter; policy accept; }', 'inet rampart'],
  ['insert rule inet rampart c iif "lo" accept', 'inet rampart'],
  ['delete rule ip filter INPUT handle 2', 'ip filter'],
  ['add set inet rampart s { type ipv4_addr; flags interval; } ', 'inet rampart'],
  ['add element inet rampart2 s { 1.2.3.0/24 }', 'inet rampart2'],
  ['add counter inet rampart x { packets 0 bytes 0 } ', 'inet rampart'],
  ['delete ct helper inet rampart h', 'inet rampart'],
  ['delete flowtable inet rampart f', 'inet rampart'],
  ['add rule bridge b c comment "add rule inet rampart c"', 'bridge b'],
]

test('readMonitorLine() tells the table of every change', () => {
  for (const [line, table] of changes) {
    const read = readMonitorLine(line)
    assert.is(read.type === 'change' && read.table, table, line)
  }
})

test('readMonitorLine() tells which part of a table changed, where the others can not have', () => {
  const partsOf = (line: string): unknown => {
    const read = readMonitorLine(line)
    return read.type === 'change' ? read.parts : undefined
  }
  const rules = [{ type: 'rules', of: 'ingress/web-eth0' }]
  for (const what of ['add', 'insert', 'replace'])
    assert.equal(partsOf(`${what} rule inet rampart ingress/web-eth0 tcp dport 81 accept`), rules, what)
  assert.equal(partsOf('delete rule inet rampart ingress/web-eth0 handle 7'), rules)
  assert.equal(partsOf('delete element inet rampart peers4/1 { 10.0.0.0/8 }'), [{ type: 'elements', of: 'peers4/1' }])
  for (const line of ['delete set inet rampart __set52', 'add element inet rampart __map3 { 80 : accept }'])
    assert.equal(partsOf(line), [], line)
  for (const what of ['chain', 'set', 'map', 'counter', 'ct helper'])
    assert.equal(partsOf(`add ${what} inet rampart x`), 'everything', what)
  assert.equal(partsOf('delete table inet rampart'), 'everything')
  assert.equal(partsOf('add set inet rampart __set { type ipv4_addr; }'), 'everything')
})

test('readMonitorLine() tells who committed, whatever the process is called', () => {
  assert.equal(readMonitorLine('# new generation 17 by process 18770 (nft)'), {
    type: 'generation',
    generation: 17,
    pid: 18770,
    processName: 'nft',
  })
  const odd = readMonitorLine('# new generation 4294967295 by process 1 (a (b) c)')
  assert.equal(odd, { type: 'generation', generation: 4294967295, pid: 1, processName: 'a (b) c' })
})

test('readMonitorLine() knows lost events and traces, and doubts everything else', () => {
  assert.equal(readMonitorLine('# ERROR: We lost some netlink events!'), { type: 'lost' })
  assert.equal(readMonitorLine('trace id 1 ip t c packet: iif "lo"'), { type: 'trace' })
  for (const line of ['', 'add spell inet rampart x', '# new generation', 'add rule inet', 'addrule inet rampart c'])
    assert.equal(readMonitorLine(line), { type: 'unknown' }, line)
})

test.run()
