/** Policy tests: which cases hold on a host, with the line that decides where one does not. */

import { assumedSurroundings } from '../access/assumed-surroundings.ts'
import { diagnoseTests } from '../access/diagnose-tests.ts'
import { TestJudge } from '../access/judge-tests.ts'
import { RevisionAccess } from '../access/revision-access.ts'
import type { CaseJudgement, CaseResult, Decider } from '../access/test-result.ts'
import type { Compilation } from '../compile/compilation.ts'
import { findOrigin } from '../compile/find-origin.ts'
import { withoutStaged } from '../compile/staged-effects.ts'
import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import { invariant } from '../diagnostic/invariant.ts'
import { trace } from '../explain/trace.ts'
import type { HostFacts } from '../host/host-facts.ts'
import { printPacket } from '../packet/print-packet.ts'
import { PacketSets } from '../packet-set/packet-sets.ts'
import type { HostView } from '../policy/host-view.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import { TestIndex } from '../resolve/test-index.ts'

export interface TestedCompilation extends Compilation {
  readonly view: HostView
}

export interface HostUnderTest {
  readonly compilation: TestedCompilation
  readonly facts: HostFacts
  /** `derived`: from the endpoints alone. */
  readonly origin: 'read' | 'derived'
}

/** The policy tests of one revision: what its hosts have in common is worked out once, and nothing for a host without tests. */
export class PolicyTests {
  private readonly index: TestIndex
  private readonly access: RevisionAccess | undefined
  private judge: TestJudge | undefined

  /** @param access of the same revision, where there is one already */
  constructor(policySet: PolicySet, access?: RevisionAccess) {
    this.index = new TestIndex(policySet)
    this.access = access
  }

  concern(node: string): boolean {
    return this.index.testsOf(node).length > 0
  }

  /** Each case of the host's tests for all packets that it describes. */
  run({ compilation, facts, origin }: HostUnderTest): readonly CaseResult[] {
    const { view } = compilation
    const tests = this.index.testsOf(view.node)
    if (tests.length === 0) return []
    this.judge ??= new TestJudge(this.access ?? new RevisionAccess(new PacketSets()), this.index.peers())
    const judgements = this.judge.judge({ view, facts, origin }, tests)
    return judgements.map((judgement) => ({ ...judgement, decider: deciderOf(judgement, compilation) }))
  }
}

/** The counterexample as the table that would be loaded sees it: the two must agree. */
function deciderOf({ case: one, finding }: CaseJudgement, compilation: TestedCompilation): Decider | undefined {
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
