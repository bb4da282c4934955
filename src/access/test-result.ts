/** What became of a case of a policy test on one host. */

import type { Span } from '../diagnostic/source.ts'
import type { Packet } from '../packet/packet.ts'
import type { PolicyTest, TestCase } from '../policy/policy-test.ts'

export interface CaseJudgement {
  readonly test: PolicyTest
  readonly case: TestCase
  readonly node: string
  readonly finding: Finding
  /** Parts of the case that say nothing, also where the rest of it holds. */
  readonly remarks: readonly Remark[]
}

export type Finding =
  | { readonly type: 'holds' }
  /** There is no such packet, or nobody judges it whatever the policies say. */
  | { readonly type: 'vacuous' }
  | {
      readonly type: 'fails'
      /** One that meets another fate than is expected; the same each time. */
      readonly packet: Packet
      /** For which packets of the case that is so, in words. */
      readonly extent: string
    }

export interface Remark {
  readonly message: string
  readonly span: Span
  /** `host`: said of this host, and perhaps not of others. */
  readonly about: 'case' | 'host'
}

export interface Decider {
  /** `GlobalNetworkPolicy/web ingress[0]`; undefined: nobody judges such packets. */
  readonly text: string | undefined
  readonly span: Span | undefined
}

/** With what the compiled table says of the packet; undefined where there is none. */
export interface CaseResult extends CaseJudgement {
  readonly decider: Decider | undefined
}
