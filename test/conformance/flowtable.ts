/** flowtable.json: what the rules and whole hosts do with packets. */

import { logPrefixOf } from '../../src/compile/log-prefix.ts'
import { type Fact, readFacts } from './corpus.ts'
import { compare, type Judgement, outOfScope } from './judgement.ts'
import { judgeRulePackets } from './rule-packets.ts'
import { judgeVerdicts } from './verdicts.ts'

const reasons: Readonly<Record<string, string>> = {
  'endpoint-chain': 'the steps of a chain of iptables: their effect is in the verdict tables',
  hook: 'the order of checks in chains of iptables: its effect is in the verdict tables',
  dispatch: 'the tree of chains that iptables needs to tell interfaces apart',
  action: 'marks and targets of iptables',
  'log-limit': 'asked in test/compile',
  failsafe: 'prose; the effect is in the verdict tables',
  'port-split': 'iptables holds 15 ports in a match, nftables any number',
  rule: 'prose',
  defect: 'a defect upstream, not to be copied',
}

interface PrefixFact extends Fact {
  readonly logPrefix: string
  readonly object: { readonly kind: string; readonly name: string; readonly namespace?: string }
  readonly tier: string
  readonly prefix: string
}

/** The corpus leaves out the colon and the blank that end every prefix. */
function judgePrefixes(): readonly Judgement[] {
  const facts = readFacts<Fact>('flowtable.json').filter((fact): fact is PrefixFact => fact.kind === 'log-prefix')
  return facts.map(({ id, logPrefix, object, tier, prefix }) => {
    const place = { ...object, namespace: object.namespace, tier, direction: 'ingress', index: 0 } as const
    return { id, outcome: compare(logPrefixOf(logPrefix === '' ? 'calico-packet' : logPrefix, place), `${prefix}: `) }
  })
}

export function judgeFlowtable(): readonly Judgement[] {
  const rest = readFacts<Fact>('flowtable.json').flatMap(({ id, kind }): readonly Judgement[] => {
    const reason = reasons[kind]
    return reason === undefined ? [] : [{ id, outcome: outOfScope(reason) }]
  })
  return [...judgeRulePackets('flowtable.json'), ...judgeVerdicts(), ...judgePrefixes(), ...rest]
}
