import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { printTable } from '../../src/ruleset/print-table.ts'
import { readTable } from '../../src/ruleset/read-table.ts'
import { countElements, countRules } from '../../src/ruleset/ruleset.ts'

const listing = `table inet rampart {
	flags dormant
	counter web {
	}

	counter short { }

	quota q {
		over 25 mbytes
	}

	ct helper h {
		type "ftp" protocol tcp
		l3proto inet
	}

	set a {
		type ipv4_addr
		flags interval
		comment "role == 'x', {really} : yes"
		elements = { 10.0.0.0/8, 192.0.2.1-192.0.2.6 comment "one, two",
			     198.51.100.0/24 }
	}

	set odd {
		typeof ip saddr
		elements = { 9.9.9.9 }
	}

	set dynamic {
		type ipv4_addr
		size 100
		flags dynamic,timeout
	}

	map m {
		type ifname : verdict
		elements = { "eth0" : goto ingress/web,
			     "wan,1" : accept }
	}

	map n {
		type ipv6_addr . inet_proto . inet_service : counter
		elements = { 2001:db8::1 . 6 . 80 : "web" }
	}

	chain input {
		comment "by hand"
		type filter hook input priority filter - 10; policy drop;
		iifname vmap @m
		tcp dport 22 counter packets 3 bytes 180 accept
	}

	chain empty {
	}
}
`

test('readTable() reads every object, and what it does not know as text', () => {
  const table = readTable(listing)
  assert.ok(table)
  if (table === undefined) return
  assert.equal(table.flags, ['dormant'])
  assert.equal([...table.counters], ['web', 'short'])
  assert.equal([...table.foreign.keys()], ['quota q', 'ct helper h', 'set odd'])
  assert.is(table.foreign.get('quota q')?.text, '\tquota q {\n\t\tover 25 mbytes\n\t}')
  assert.equal(
    [...(table.sets.get('a')?.elements ?? [])],
    ['10.0.0.0/8', '192.0.2.1-192.0.2.6 comment "one, two"', '198.51.100.0/24'],
  )
  assert.is(table.sets.get('a')?.comment, "role == 'x', {really} : yes")
  assert.equal(table.sets.get('dynamic')?.properties, ['size 100', 'flags dynamic,timeout'])
  assert.equal(
    [...(table.maps.get('m')?.elements ?? [])],
    [
      ['"eth0"', { type: 'goto', chain: 'ingress/web' }],
      ['"wan,1"', { type: 'accept' }],
    ],
  )
  assert.equal(table.maps.get('n')?.elements.get('2001:db8::1 . 6 . 80'), { counter: 'web' })
  assert.equal(table.chains.get('input')?.hook, { type: 'filter', hook: 'input', priority: -10, fallback: 'drop' })
  assert.is(table.chains.get('input')?.comment, 'by hand')
  assert.is(countRules(table), 2)
  assert.is(countElements(table), 6)
})

test('readTable() of printTable() is the same table, also where it is somebody else’s', () => {
  const table = readTable(listing)
  if (table === undefined) throw new Error('no table')
  const printed = printTable(table)
  assert.is(printTable(readTable(printed) ?? table), printed)
  assert.equal(readTable(printed)?.foreign, table.foreign)
})

test('readTable() takes a listing without a table, and one that is cut off', () => {
  assert.is(readTable(''), undefined)
  assert.is(readTable('table inet rampart\n'), undefined)
  for (let length = 0; length < listing.length; length += 7) readTable(listing.slice(0, length))
  assert.equal(readTable('table inet rampart {\n}\n')?.chains, new Map())
})

test.run()
