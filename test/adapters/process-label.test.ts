import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { countByProcess } from '../../src/adapters/process-label.ts'

const test = suite('adapters/process-label')

function counter(): { readonly counts: Map<string, number>; readonly count: (processes: readonly string[]) => void } {
  const counts = new Map<string, number>()
  const inc = (labels: unknown, by = 1): void => {
    const { process } = labels as { readonly process: string }
    counts.set(process, (counts.get(process) ?? 0) + by)
  }
  return { counts, count: countByProcess({ inc }) }
}

test('countByProcess() counts each name of a list once, and nobody as unknown', () => {
  const { counts, count } = counter()
  count(['nft', 'nft', 'firewalld'])
  count([])
  assert.equal(Object.fromEntries(counts), { unknown: 1, nft: 1, firewalld: 1 })
})

test('countByProcess() makes names plain and short', () => {
  const { counts, count } = counter()
  count(['a "b"\n{c}', 'x'.repeat(100)])
  assert.equal([...counts.keys()], ['unknown', 'a__b___c_', 'x'.repeat(15)])
})

test('countByProcess() makes at most 22 series of any number of names', () => {
  const { counts, count } = counter()
  for (let name = 0; name < 1000; name++) count([`p${name}`])
  assert.is(counts.size, 22)
  assert.is(counts.get('other'), 980)
})

test.run()
