/** A fleet as objects -> what it takes to resolve and compile one host's table, and again after one remote endpoint changed; as JSON. A program. */

import { diff } from '../../src/diff/diff.ts'
import { printScript } from '../../src/diff/print-script.ts'
import { compileForHost, type HostCompilation } from '../../src/pipeline.ts'
import type { PolicySet } from '../../src/policy/policy-set.ts'
import { generatePolicySet, ipv4, localNode, type PolicySetSettings } from './generate-policy-set.ts'

export interface FleetResult {
  readonly fullMs: number
  /** Of the process at its largest, the fleet included. */
  readonly residentMiB: number
  /** One a change: the new view, the new table, and the script that leads there. */
  readonly changeMs: readonly number[]
}

function main([text = '', changes = '1']: readonly string[]): FleetResult {
  let policySet = generatePolicySet(JSON.parse(text) as PolicySetSettings)
  let before: HostCompilation | undefined
  const compile = (): number => {
    const startedMs = performance.now()
    const { value } = compileForHost({ policySet, facts, failsafes: 'minimal', controlPorts: [] }, before)
    // a first table is printed whole
    printScript(diff(value.ruleset, before?.ruleset))
    before = value
    return performance.now() - startedMs
  }
  const fullMs = compile()
  const changeMs = Array.from({ length: Number(changes) }, (_, at) => {
    policySet = withOneMoved(policySet, at)
    return compile()
  })
  return { fullMs, residentMiB: process.resourceUsage().maxRSS / 1024, changeMs }
}

const facts = { node: localNode, interfaces: [] }

/** One endpoint of another host has another address. */
function withOneMoved(policySet: PolicySet, at: number): PolicySet {
  const { hostEndpoints } = policySet
  const middle = Math.floor(hostEndpoints.length / 2)
  const index = middle + hostEndpoints.slice(middle).findIndex(({ node }) => node !== localNode)
  return {
    ...policySet,
    hostEndpoints: hostEndpoints.map((endpoint, place) =>
      place === index ? { ...endpoint, expectedIPs: [ipv4(0xff_00_00 + at)] } : endpoint,
    ),
  }
}

process.stdout.write(JSON.stringify(main(process.argv.slice(2))))
