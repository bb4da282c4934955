import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { applied, invert } from '../../src/diff/apply-plan.ts'
import { countChanges } from '../../src/diff/count-changes.ts'
import { describePlan } from '../../src/diff/describe-plan.ts'
import { diff } from '../../src/diff/diff.ts'
import { printScript } from '../../src/diff/print-script.ts'
import { printTable } from '../../src/ruleset/print-table.ts'
import { readTable } from '../../src/ruleset/read-table.ts'
import type { Ruleset } from '../../src/ruleset/ruleset.ts'
import { arbitraryRuleset } from './arbitrary-ruleset.ts'

const live = fc.option(arbitraryRuleset, { nil: undefined })
const text = (table: Ruleset | undefined): string => (table === undefined ? '' : printTable(table))
const table = (body: string): Ruleset => {
  const read = readTable(`table inet rampart {\n${body}\n}\n`)
  if (read === undefined) throw new Error('no table')
  return read
}

test('countChanges() counts what describePlan() tells but for the counters, for any two tables', () => {
  fc.assert(
    fc.property(arbitraryRuleset, live, (desired, from) => {
      for (const plan of [diff(desired, from), invert(diff(desired, from))]) {
        const told = describePlan(plan).filter(({ object }) => object !== 'counter')
        assert.is(countChanges(plan), told.length)
      }
    }),
    { numRuns: 500 },
  )
})

test('applied() of diff() is what is desired, and invert() leads back, for any two tables', () => {
  fc.assert(
    fc.property(arbitraryRuleset, live, (desired, from) => {
      const plan = diff(desired, from)
      const there = applied(from, plan)
      assert.is(text(there), text(desired))
      assert.is(text(applied(there, invert(plan))), text(from))
      assert.is(text(applied(from, invert(invert(plan)))), text(desired))
    }),
    { numRuns: 500, seed: 1 },
  )
})

test('diff() of a table with itself is empty, and only then', () => {
  fc.assert(
    fc.property(arbitraryRuleset, arbitraryRuleset, (a, b) => {
      assert.equal(diff(a, a).changes, [])
      assert.is(diff(a, b).changes.length === 0, text(a) === text(b))
      assert.is(printScript(diff(a, b)) === '', text(a) === text(b))
    }),
    { numRuns: 500, seed: 2 },
  )
})

test('describePlan() names something whenever something changes, and as much for the inverse', () => {
  fc.assert(
    fc.property(arbitraryRuleset, arbitraryRuleset, (a, b) => {
      const plan = diff(a, b)
      const words = describePlan(plan)
      assert.is(words.length === 0, plan.changes.length === 0)
      const inverse = describePlan(invert(plan))
      assert.is(inverse.length, words.length)
      if (plan.changes[0]?.type === 'replace-table') return
      const count = (list: typeof words, action: 'add' | 'delete') => list.filter((one) => one.action === action).length
      assert.is(count(inverse, 'add'), count(words, 'delete'))
    }),
    { numRuns: 300, seed: 3 },
  )
})

test('readTable() of printTable() is the same table for any table', () => {
  fc.assert(
    fc.property(arbitraryRuleset, (ruleset) => {
      const read = readTable(printTable(ruleset))
      assert.ok(read)
      if (read !== undefined) assert.is(printTable(read), printTable(ruleset))
    }),
    { numRuns: 300, seed: 4 },
  )
})

test('diff() changes elements, and leaves the chain that looks them up alone', () => {
  const chain = '\tchain c {\n\t\tip saddr @s accept\n\t}'
  const set = (elements: string): string => `\tset s {\n\t\ttype ipv4_addr\n\t\telements = { ${elements} }\n\t}\n`
  const plan = diff(table(set('10.0.0.1, 10.0.0.3') + chain), table(set('10.0.0.1, 10.0.0.2') + chain))
  assert.is(printScript(plan), 'delete element inet rampart s { 10.0.0.2 }\nadd element inet rampart s { 10.0.0.3 }\n')
  assert.is(describePlan(plan).length, 2)
})

test('diff() releases a set from its chains before it is declared anew', () => {
  const chain = '\tchain c {\n\t\tip saddr @s accept\n\t}\n\tchain d {\n\t\taccept\n\t}'
  const set = (flags: string): string => `\tset s {\n\t\ttype ipv4_addr\n${flags}\t\telements = { 10.0.0.1 }\n\t}\n`
  const script = printScript(diff(table(set('\t\tflags interval\n') + chain), table(set('') + chain)))
  assert.equal(script.split('\n'), [
    'flush chain inet rampart c',
    'delete set inet rampart s',
    'add set inet rampart s {',
    '\t\ttype ipv4_addr',
    '\t\tflags interval',
    '\t\telements = { 10.0.0.1 }',
    '}',
    'add rule inet rampart c ip saddr @s accept',
    '',
  ])
})

test('printScript() empties chains first and fills them last: nothing that is in use is deleted, nothing missing is named', () => {
  const before = table(`	counter old { }
	quota q {
		over 25 mbytes
	}
	map quotas {
		type ipv4_addr : quota
		elements = { 10.0.0.1 : "q" }
	}
	set gone {
		type ipv4_addr
	}
	chain a {
		ip saddr @gone counter name "old" jump b
	}
	chain b {
		accept
	}`)
  const after = table(`	counter new { }
	set come {
		type ipv4_addr
	}
	map m {
		type ifname : verdict
		elements = { "eth0" : goto c }
	}
	chain a {
		ip saddr @come counter name "new" jump c
	}
	chain c {
		iifname vmap @m
	}`)
  const plan = diff(after, before)
  const commands = (script: string) => script.split('\n').filter((line) => /^(add|delete|flush|table)/.test(line))
  assert.equal(commands(printScript(plan)), [
    'flush chain inet rampart b',
    'flush chain inet rampart a',
    'delete map inet rampart quotas',
    'delete quota inet rampart q',
    'delete set inet rampart gone',
    'delete chain inet rampart b',
    'delete counter inet rampart old',
    'add counter inet rampart new',
    'add set inet rampart come {',
    'add chain inet rampart c',
    'add map inet rampart m {',
    'add rule inet rampart c iifname vmap @m',
    'add rule inet rampart a ip saddr @come counter name "new" jump c',
  ])
  assert.equal(commands(printScript(invert(plan))).slice(2, 6), [
    'delete map inet rampart m',
    'delete set inet rampart come',
    'delete chain inet rampart c',
    'delete counter inet rampart new',
  ])
  const back = printScript(invert(plan))
  assert.ok(back.indexOf('quota q') < back.indexOf('map quotas'))
})

test('printScript() makes the table before it deletes it, so that it loads from any state', () => {
  const script = printScript(diff(table('\tchain c {\n\t}'), undefined))
  assert.ok(script.startsWith('table inet rampart\ndelete table inet rampart\ntable inet rampart {\n'))
  assert.is(printScript(invert(diff(table(''), undefined))), 'table inet rampart\ndelete table inet rampart\n')
})

test.run()
