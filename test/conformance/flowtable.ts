/** flowtable.json: what the rules and whole hosts do with packets. */

import { type Fact, readFacts } from './corpus.ts'
import { type Judgement, outOfScope } from './judgement.ts'
import { judgeRulePackets } from './rule-packets.ts'
import { judgeVerdicts } from './verdicts.ts'

const reasons: Readonly<Record<string, string>> = {
  'endpoint-chain': 'the steps of a chain of iptables: their effect is in the verdict tables',
  hook: 'the order of checks in chains of iptables: its effect is in the verdict tables',
  dispatch: 'the tree of chains that iptables needs to tell interfaces apart',
  action: 'marks and targets of iptables',
  'log-prefix': 'asked in test/compile',
  'log-limit': 'asked in test/compile',
  failsafe: 'prose; the effect is in the verdict tables',
  'port-split': 'iptables holds 15 ports in a match, nftables any number',
  rule: 'prose',
  defect: 'a defect upstream, not to be copied',
}

export function judgeFlowtable(): readonly Judgement[] {
  const rest = readFacts<Fact>('flowtable.json').flatMap(({ id, kind }): readonly Judgement[] => {
    const reason = reasons[kind]
    return reason === undefined ? [] : [{ id, outcome: outOfScope(reason) }]
  })
  return [...judgeRulePackets('flowtable.json'), ...judgeVerdicts(), ...rest]
}
