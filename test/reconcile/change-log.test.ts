import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  type ChangeLog,
  emptyChangeLog,
  listenAnew,
  noteLine,
  noteWriter,
  type Suspicion,
} from '../../src/reconcile/change-log.ts'
import { readMonitorLine } from '../../src/ruleset/read-monitor-line.ts'

const test = suite('reconcile/change-log')

/** Plays lines one millisecond apart; `we 7` says that our writer 7 starts, `anew` that the listener is a new one. */
function play(...lines: readonly string[]): readonly (Suspicion | undefined)[] {
  let log: ChangeLog = emptyChangeLog
  const suspicions: (Suspicion | undefined)[] = []
  for (const [atMs, line] of lines.entries()) {
    if (line.startsWith('we ')) log = noteWriter(log, Number(line.slice(3)), atMs)
    else if (line === 'anew') log = listenAnew(log)
    else {
      const [next, suspicion] = noteLine(log, readMonitorLine(line), atMs)
      log = next
      if (suspicion !== undefined) suspicions.push(suspicion)
    }
  }
  return suspicions
}

const ours = 'add rule inet rampart input accept'
const theirs = 'add rule ip filter INPUT accept'
const parts = [{ type: 'rules', of: 'input' }]
const by = (generation: number, pid: number, process = 'nft'): string =>
  `# new generation ${generation} by process ${pid} (${process})`

test('noteLine() suspects whoever changed our table, once a transaction', () => {
  assert.equal(play(ours, theirs, ours, by(2, 40, 'firewalld'), theirs, ours, by(3, 41)), [
    { type: 'somebody', pid: 40, process: 'firewalld', parts },
    { type: 'somebody', pid: 41, process: 'nft', parts },
  ])
})

test('noteLine() suspects nobody when only other tables changed', () => {
  assert.equal(
    play(theirs, by(2, 40), 'add table inet rampart2', by(3, 40), 'trace id 1 inet rampart c', by(4, 40)),
    [],
  )
})

test('noteLine() suspects nobody for what our own writer did, and that only once', () => {
  assert.equal(play('we 7', ours, by(2, 7)), [])
  assert.equal(play('we 7', ours, by(2, 7), ours, by(3, 7)), [{ type: 'somebody', pid: 7, process: 'nft', parts }])
  assert.equal(play('we 7', ours, by(2, 40), ours, by(3, 7)), [{ type: 'somebody', pid: 40, process: 'nft', parts }])
})

test('noteLine() doubts a change that it does not understand', () => {
  assert.equal(play('add spell inet rampart x', by(2, 40)), [
    { type: 'somebody', pid: 40, process: 'nft', parts: 'everything' },
  ])
})

test('noteLine() tells the parts of the table that a transaction changed, and everything where it does not know', () => {
  const partsAfter = (...lines: readonly string[]): unknown => {
    const [suspicion] = play(...lines, by(2, 40))
    return suspicion?.type === 'somebody' ? suspicion.parts : undefined
  }
  assert.equal(partsAfter(ours, 'delete set inet rampart __set1', 'delete rule inet rampart input handle 3'), parts)
  const element = 'add element inet rampart input { 10.0.0.1 }'
  assert.equal(partsAfter(element, ours), [{ type: 'elements', of: 'input' }, ...parts])
  assert.is(partsAfter('delete set inet rampart __set1'), 'everything')
  assert.is(partsAfter(ours, 'add chain inet rampart mine', ours), 'everything')
  assert.is(partsAfter(...['a', 'b', 'c', 'd'].map((name) => `add rule inet rampart ${name} accept`)), 'everything')
})

test('noteLine() suspects anybody when events or generations are missing', () => {
  assert.equal(play(theirs, by(2, 40), '# ERROR: We lost some netlink events!'), [
    { type: 'anybody', reason: 'changes were lost' },
  ])
  assert.equal(play(by(2, 40), 'we 7', ours, by(9, 7)), [
    { type: 'anybody', reason: 'generations between 2 and 9 are missing' },
  ])
  const afterLoss = play('# ERROR: We lost some netlink events!', by(30, 40), theirs, by(31, 40))
  assert.equal(
    afterLoss.slice(1),
    [{ type: 'somebody', pid: 40, process: 'nft', parts: 'everything' }],
    'its changes may be lost',
  )
})

test('noteLine() takes any first generation, and 1 after the highest', () => {
  assert.equal(play(theirs, by(2, 40), 'anew', theirs, by(900, 40)), [])
  assert.equal(play(by(0xffff_ffff, 40), by(1, 40)), [])
})

test('noteWriter() forgets writers that never committed', () => {
  const [log] = noteLine(noteWriter(emptyChangeLog, 7, 0), readMonitorLine(ours), 1)
  assert.equal(noteLine(log, readMonitorLine(by(2, 7)), 100_000)[1], undefined)
  assert.equal(noteLine(log, readMonitorLine(by(2, 7)), 200_000)[1], {
    type: 'somebody',
    pid: 7,
    process: 'nft',
    parts,
  })
  let many = emptyChangeLog
  for (let pid = 1; pid < 1000; pid++) many = noteWriter(many, pid, 0)
  assert.is(many.writers.length, 32)
})

test.run()
