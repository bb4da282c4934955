import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { AccessDifference, FlowDifference } from '../../src/access/access-difference.ts'
import { headline } from '../../src/access/print-difference.ts'
import { printDifferenceMarkdown } from '../../src/access/print-difference-markdown.ts'

const test = suite('printDifferenceMarkdown()')

const flow: FlowDifference = {
  effect: 'gains',
  hosts: ['a'],
  hostsText: 'a',
  way: 'received on eth0',
  packets: ['tcp 443'],
  before: { verdict: 'deny', text: 'no ingress policy allows it', place: undefined },
  after: { verdict: 'allow', text: 'GlobalNetworkPolicy/web ingress[0]', place: { file: 'web.yaml', line: 7 } },
  management: [],
}

const difference = (flows: readonly FlowDifference[]): AccessDifference => ({ hosts: 3, flows, notes: [] })

test('printDifferenceMarkdown() stays below the limit of a comment and says how much it left out', () => {
  for (const count of [100, 1000, 3000]) {
    const comment = printDifferenceMarkdown(
      difference(
        Array.from({ length: count }, (_, index) => ({ ...flow, hosts: [`h${index}`], hostsText: `h${index}` })),
      ),
    )
    assert.ok(comment.length < 65_536, `${comment.length} characters`)
    assert.is(/\d+ parts left out/.test(comment), count > 100)
    assert.is(comment.split('<details>').length, comment.split('</details>').length)
  }
})

test('printDifferenceMarkdown() keeps what a policy says from being markup', () => {
  const comment = printDifferenceMarkdown(
    difference([{ ...flow, way: 'received on a|b_*<img>', packets: ['tcp 1 from role == "`x|y`"'] }]),
  )
  assert.match(comment, 'received on a\\|b\\_\\*&lt;img&gt;')
  assert.match(comment, '`tcp 1 from role == "\'x\\|y\'"`')
})

test('headline() counts what gains, what loses, and on how many hosts', () => {
  const lost = { ...flow, effect: 'loses', hosts: ['a', 'b', 'c'] } as const
  assert.is(headline(difference([])), 'the same access on 3 hosts')
  assert.is(headline(difference([flow])), '1 flow gains access, on 1 of 3 hosts')
  assert.is(headline(difference([flow, flow, lost])), '2 flows gain access, 1 loses it, on 3 hosts')
  assert.is(headline(difference([lost, lost])), '2 flows lose access, on 3 hosts')
})

test.run()
