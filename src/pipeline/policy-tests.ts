/** The policy tests of a revision, judged on its hosts for all packets, and each counterexample held against the table. */

import { assumedSurroundings } from '../access/assumed-surroundings.ts'
import { diagnoseTests } from '../access/diagnose-tests.ts'
import { TestJudge } from '../access/judge-tests.ts'
import type { CaseJudgement, CaseResult, Decider } from '../access/test-result.ts'
import { findOrigin } from '../compile/find-origin.ts'
import { withoutStaged } from '../compile/staged-effects.ts'
import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import { invariant } from '../diagnostic/invariant.ts'
import { trace } from '../explain/trace.ts'
import type { HostFacts } from '../host/host-facts.ts'
import { printPacket } from '../packet/print-packet.ts'
import type { HostCompilation } from '../pipeline.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import { TestIndex } from '../resolve/test-index.ts'

export interface HostUnderTest {
  readonly compilation: HostCompilation
  readonly facts: HostFacts
  /** `derived`: from the endpoints alone. */
  readonly origin: 'read' | 'derived'
}

/** The policy tests of one revision: what its hosts have in common is worked out once, and nothing for a host without tests. */
export class PolicyTests {
  private readonly index: TestIndex
  private judge: TestJudge | undefined

  constructor(policySet: PolicySet) {
    this.index = new TestIndex(policySet)
  }

  concern(node: string): boolean {
    return this.index.testsOf(node).length > 0
  }

  /** Each case of the host's tests for all packets that it describes. */
  run({ compilation, facts, origin }: HostUnderTest): readonly CaseResult[] {
    const { view } = compilation
    const tests = this.index.testsOf(view.node)
    if (tests.length === 0) return []
    this.judge ??= new TestJudge(this.index.peers())
    const judgements = this.judge.judge({ view, facts, origin }, tests)
    return judgements.map((judgement) => ({ ...judgement, decider: deciderOf(judgement, compilation) }))
  }
}

/** The counterexample as the table that would be loaded sees it: the two must agree. */
function deciderOf({ case: one, finding }: CaseJudgement, compilation: HostCompilation): Decider | undefined {
  if (finding.type !== 'fails') return undefined
  const { packet } = finding
  const surroundings = assumedSurroundings(compilation.view, packet)
  const { verdict, decidedBy } = trace({ ruleset: withoutStaged(compilation.ruleset), packet, surroundings })
  invariant(verdict !== one.expect, `sets and table disagree about ${printPacket(packet)}`)
  const found = decidedBy === undefined ? undefined : findOrigin(decidedBy, compilation)
  return { text: found?.text, span: found?.span }
}

/** The tests of this host that do not hold, as errors; warnings are for those who write tests. */
export function failedTests(policySet: PolicySet, host: HostUnderTest): readonly Diagnostic[] {
  return diagnoseTests(new PolicyTests(policySet).run(host)).filter(({ severity }) => severity === 'error')
}
