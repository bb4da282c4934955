/** The worked examples of the specification: packets through the oracle and the evaluator, repositories through validation. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { packetOf } from '../explain/table-and-packet.ts'
import { askBoth, type Compiled, compileDocuments } from '../fakes/agreement.ts'
import { exampleHost } from './example-host.ts'
import type { ExampleCase } from './resources.ts'
import { workedExamples } from './worked-examples.ts'

const test = suite('worked examples')

for (const { id, cases } of workedExamples)
  test(id, () => {
    for (const one of cases) check(one)
  })

test('there are 82 of them, and section 12 changes the verdicts that it names', () => {
  const ids = Array.from({ length: 82 }, (_, index) => `EX-${String(index + 1).padStart(2, '0')}`)
  assert.equal(
    workedExamples.map(({ id }) => id),
    ids,
  )
  const changes = workedExamples.flatMap(({ id, cases }) =>
    cases.flatMap(({ changedBy }) => (changedBy === undefined ? [] : [`${id} ${changedBy}`])),
  )
  assert.equal(changes, changedBySection12)
})

/** EX-13, EX-14, EX-55 and EX-70 are refused where Calico takes them. */
const changedBySection12 = [
  'EX-13 DV-21',
  'EX-14 DV-9',
  'EX-18 DV-11',
  'EX-26 DV-4',
  'EX-30 DV-4',
  'EX-31 DV-4',
  'EX-46 DV-3',
  'EX-55 DV-10',
  'EX-56 DV-1',
  'EX-59 DV-2',
  'EX-68 DV-6',
  'EX-70 DV-19',
  'EX-78 DV-15',
  'EX-79 DV-5',
]

function check({ documents, expected }: ExampleCase): void {
  const compiled = compileDocuments(documents, exampleHost)
  if (expected === 'refused') assert.type(compiled, 'string', `accepted: ${JSON.stringify(documents)}`)
  else if (typeof compiled === 'string') assert.unreachable(compiled)
  else if (expected !== 'valid') for (const line of expected) checkPacket(compiled, line)
}

function checkPacket(compiled: Compiled, line: string): void {
  const at = line.lastIndexOf(' ')
  const { ruling, trace } = askBoth(compiled, packetOf(line.slice(0, at)))
  assert.is(ruling.verdict, line.slice(at + 1), `oracle, decided by ${ruling.decidedBy}: ${line}`)
  assert.is(trace.verdict, line.slice(at + 1), `evaluator: ${line}`)
}

test.run()
