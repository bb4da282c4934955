/** Whether the agent runs, and what the next boot or a reload of another service will do to our table. */

import type { AgentState, Reading, Units } from '../host/host-readings.ts'
import { type Check, ok, warning, whenRead } from './check.ts'

export function checkAgent(agent: Reading<AgentState>): readonly Check[] {
  const name = 'agent'
  if (agent.type === 'unread')
    return [
      warning(
        name,
        agent.reason,
        'start it: systemctl enable --now rampart.service; meanwhile nothing heals the table',
      ),
    ]
  const { program, outcome, message } = agent.value
  if (outcome === undefined) return [ok(name, `version ${program} runs, its first run has not ended yet`)]
  if (outcome === 'converged') return [ok(name, `version ${program} runs, and its last run converged`)]
  return [warning(name, `its last run did not converge: ${message}`, 'see rampart status')]
}

export function checkUnits(units: Reading<Units>): readonly Check[] {
  return whenRead('boot', units, (found) => [checkBoot(found), ...checkNftablesService(found)])
}

function checkBoot({ boot, agent }: Units): Check {
  const name = 'boot'
  const missing = [
    ...(boot === 'enabled' ? [] : ['rampart-boot.service']),
    ...(agent === 'enabled' ? [] : ['rampart.service']),
  ]
  if (missing.length === 0) return ok(name, 'the ruleset is loaded before the network, and the agent starts')
  const opens = boot === 'enabled' ? 'the agent does not start' : 'the host is open until the agent has converged'
  return warning(
    name,
    `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not enabled: after a boot ${opens}`,
    `systemctl enable ${missing.join(' ')}`,
  )
}

function checkNftablesService({ nftables, flushesRuleset }: Units): readonly Check[] {
  const name = 'nftables.service'
  if (nftables !== 'enabled')
    return flushesRuleset
      ? [
          ok(
            name,
            'not enabled; "nft -f /etc/nftables.conf" would take our table away (flush ruleset) until it is healed',
          ),
        ]
      : []
  const what = flushesRuleset
    ? 'is enabled, and /etc/nftables.conf says "flush ruleset": a reload or a stop takes our table away until it is healed'
    : 'is enabled: a stop takes our table away until it is healed'
  return [warning(name, what, 'systemctl disable nftables.service, or let its file delete only its own tables')]
}
