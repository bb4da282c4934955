import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { printAddress } from '../../src/net/address.ts'
import { readPacket } from '../../src/packet/read-packet.ts'
import { readQuestion } from '../../src/packet/read-question.ts'
import { answerQuestion, type End } from '../../src/pipeline/answer-question.ts'
import { HostExplainer } from '../../src/pipeline/host-explainer.ts'
import { readPolicy } from '../../src/pipeline.ts'
import { filesOf } from '../fakes/plain-document.ts'
import { randomCase } from '../fakes/random-case.ts'
import { missingProfile } from '../fakes/random-policy.ts'
import { seededRandom } from '../fakes/seeded-random.ts'

const test = suite('answerQuestion')
const policies = 12
const perFlow = 3

test('answerQuestion() cuts networks so that every address of a piece meets what its first one meets', () => {
  const random = seededRandom('pieces')
  let checked = 0
  for (let index = 0; index < policies; index++) {
    const { documents, host } = randomCase(`pieces ${index}`)
    const { value } = readPolicy(filesOf(documents))
    const policySet = { ...value, profiles: value.profiles.filter(({ name }) => name !== missingProfile) }
    const explainer = new HostExplainer(
      { policySet, facts: host.facts, failsafes: host.failsafes, controlPorts: [] },
      new Date(0),
    )
    for (const world of ['0.0.0.0/0', '::/0'])
      for (const { endpoint } of explainer.compilation.view.endpoints) {
        const question = readQuestion([`from=${world}`, `to=${endpoint.name}`, 'port=80'])
        if (!('from' in question)) throw new Error(question.join())
        const answer = answerQuestion({ policySet, question, host: undefined, explainerOf: () => explainer })
        if (typeof answer === 'string') continue
        for (const { from, to, legs } of answer.flows)
          for (const { packet, explanation } of legs)
            for (let count = 0; count < perFlow; count++) {
              const [src, dst] = [within(from, random), within(to, random)]
              const way = packet.iif === undefined ? `oif=${packet.oif}` : `iif=${packet.iif}`
              const other = readPacket([way, `src=${src}`, `dst=${dst}`, ...question.transport]).packet
              assert.ok(other)
              if (other === undefined) return
              const { trace, originOf } = explainer.explain(other)
              const expected = explanation.trace
              const text = (step: typeof trace.decidedBy) => step && originOf(step)?.text
              assert.equal(
                [trace.verdict, text(trace.decidedBy)],
                [expected.verdict, text(expected.decidedBy)],
                `${index}: ${src} -> ${dst} of ${printAddress(packet.source)} -> ${printAddress(packet.destination)}`,
              )
              checked++
            }
      }
  }
  assert.ok(checked > 500, `${checked} packets`)
})

function within({ addresses: { from, to }, family }: End, random: () => number): string {
  const size = to - from + 1n
  const value = from + (BigInt(Math.floor(random() * 2 ** 48)) * size) / 2n ** 48n
  return printAddress({ family, value })
}

test.run()
