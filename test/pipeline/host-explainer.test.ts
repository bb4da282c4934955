import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Packet } from '../../src/packet/packet.ts'
import { printPacket } from '../../src/packet/print-packet.ts'
import { type Denial, HostExplainer } from '../../src/pipeline/host-explainer.ts'
import { readPolicy } from '../../src/pipeline.ts'
import { anybody } from '../../src/policy/expiry.ts'
import type { PolicySet } from '../../src/policy/policy-set.ts'
import type { PolicyRule } from '../../src/policy/rule.ts'
import { filesOf } from '../fakes/plain-document.ts'
import { randomCase } from '../fakes/random-case.ts'
import { randomPacket } from '../fakes/random-packet.ts'
import { missingProfile } from '../fakes/random-policy.ts'

const test = suite('HostExplainer')
const policies = 30
const packets = 40
const moment = new Date(0)

/** As if somebody took the line away. */
function without(policySet: PolicySet, { span }: Pick<PolicyRule, 'span'>): PolicySet {
  const inert = (rule: PolicyRule): PolicyRule =>
    rule.span.start === span.start && rule.span.source.path === span.source.path
      ? { ...rule, source: { ...anybody, nets: [] }, destination: anybody }
      : rule
  const changed = <Owner extends { readonly ingress: readonly PolicyRule[]; readonly egress: readonly PolicyRule[] }>(
    owner: Owner,
  ): Owner => ({ ...owner, ingress: owner.ingress.map(inert), egress: owner.egress.map(inert) })
  return { ...policySet, policies: policySet.policies.map(changed), profiles: policySet.profiles.map(changed) }
}

interface Asked {
  readonly seed: string
  readonly packet: Packet
  readonly explainer: HostExplainer
  readonly after: (line: Pick<PolicyRule, 'span'>) => HostExplainer
}

function* askedPackets(): Generator<Asked> {
  for (let index = 0; index < policies; index++) {
    const seed = `why ${index}`
    const { documents, host, stock, dice } = randomCase(seed)
    const { value } = readPolicy(filesOf(documents))
    const policySet = { ...value, profiles: value.profiles.filter(({ name }) => name !== missingProfile) }
    const input = { policySet, facts: host.facts, failsafes: host.failsafes, controlPorts: [] }
    const explainer = new HostExplainer(input, moment)
    const after: Asked['after'] = (line) => new HostExplainer({ ...input, policySet: without(policySet, line) }, moment)
    for (let count = 0; count < packets; count++) yield { seed, packet: randomPacket(dice, stock), explainer, after }
  }
}

const decider = ({ why, denial }: Denial): string => why.deniedBy?.text ?? denial

test('explain() tells of every packet that a line or the end of a list denies why, and of no other', () => {
  let told = 0
  for (const { seed, packet, explainer } of askedPackets()) {
    const explanation = explainer.explain(packet)
    const { trace, originOf } = explanation
    const denial = explanation.denial()
    const origin = trace.decidedBy === undefined ? '' : (originOf(trace.decidedBy)?.text ?? '')
    const isByList = trace.verdict === 'deny' && /( default|\[\d+\])$/.test(origin)
    assert.is(denial !== undefined, isByList, `${seed}: ${printPacket(packet)}: ${origin}`)
    if (denial !== undefined) assert.is(decider(denial), origin, seed)
    if (denial !== undefined) told++
  }
  assert.ok(told > 100, `${told} denials`)
})

test('explain() is right about what is behind: without the line that denies, the next one decides', () => {
  let checked = 0
  for (const { seed, packet, explainer, after } of askedPackets()) {
    const explanation = explainer.explain(packet)
    const { trace } = explanation
    const denial = explanation.denial()
    const [next] = denial?.why.behind ?? []
    if (denial?.why.deniedBy === undefined || next === undefined || checked >= 60) continue
    // what is built in is in no document
    if (denial.why.deniedBy.span.source.path === '(built in)') continue
    checked++
    const then = after(denial.why.deniedBy).explain(packet)
    const stage = then.trace.stages[trace.stages.length - 1]
    const decided = stage?.decidedBy === undefined ? undefined : then.originOf(stage.decidedBy)?.text
    assert.is(decided, next.text, `${seed}: ${printPacket(packet)}`)
  }
  assert.ok(checked > 10, `${checked} lines`)
})

test.run()
