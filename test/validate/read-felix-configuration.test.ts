/** What the parameters of a FelixConfiguration become (behaviour.md section 8). */

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { check, documentOf, fileOf, printPlain } from './policy-files.ts'

const read = (spec: string) => check([fileOf('a.yaml', documentOf('FelixConfiguration', 'default', spec))])
const settings = (spec: string) => {
  const { policySet, diagnostics } = read(spec)
  assert.equal(diagnostics, [])
  return policySet.configurations[0]
}

test('readFelixConfiguration() reads words in any letter case, empty text as absent', () => {
  const felix = settings(
    'defaultEndpointToHostAction: RETURN\nnftablesFilterAllowAction: return\niptablesFilterDenyAction: reject\nchainInsertMode: append',
  )
  assert.equal(
    [felix?.defaultEndpointToHostAction, felix?.filterAllowAction, felix?.filterDenyAction, felix?.insertMode],
    ['Return', 'Return', 'Reject', 'Append'],
  )
  assert.is(settings('defaultEndpointToHostAction: ""')?.defaultEndpointToHostAction, undefined)
})

test('readFelixConfiguration() prefers what is said for nftables to what is said for iptables', () => {
  const felix = settings(
    'nftablesFilterDenyAction: Drop\niptablesFilterDenyAction: Reject\nnftablesMarkMask: 0xff000000\niptablesMarkMask: 0xffff0000',
  )
  assert.equal([felix?.filterDenyAction, felix?.markMask], ['Drop', 0xff000000])
})

test('readFelixConfiguration() reads numbers, switches and how packets are logged', () => {
  const felix = settings(
    'ipv6Support: false\ndisableConntrackInvalidCheck: true\nallowVXLANPacketsFromWorkloads: true\nallowIPIPPacketsFromWorkloads: false\nlogPrefix: "calico %t %n"\nlogActionRateLimit: 100/minute\nlogActionRateLimitBurst: 0\nnftablesMode: Auto',
  )
  assert.equal([felix?.ipv6Support, felix?.disableConntrackInvalidCheck], [false, true])
  assert.equal([felix?.allowVXLANPacketsFromWorkloads, felix?.allowIPIPPacketsFromWorkloads], [true, false])
  assert.equal([felix?.logPrefix, felix?.logActionRateLimitBurst], ['calico %t %n', 0])
  assert.equal(felix?.logActionRateLimit, { count: 100, per: 'minute' })
})

test('readFelixConfiguration() reads excluded interfaces as names and prefixes, plain expressions of Calico too', () => {
  assert.equal(settings('interfaceExclude: "kube-ipvs0, veth*,/^tap.*$/,/^dummy0$/,/^br/"')?.interfaceExclude, [
    'kube-ipvs0',
    'veth*',
    'tap*',
    'dummy0',
    'br*',
  ])
  assert.equal(settings('interfaceExclude: none')?.interfaceExclude, [])
})

test('readFelixConfiguration() warns once for each parameter that the host decides or that is ignored', () => {
  const codes = read('logSeverityScreen: Debug\nprometheusMetricsPort: 9091\nnftablesRefreshInterval: 90s').diagnostics
  assert.equal(
    codes.map((diagnostic) => printPlain(diagnostic).split(' ').slice(0, 3).join(' ')),
    [
      'a.yaml:5:3 ignored-field spec.logSeverityScreen',
      'a.yaml:6:3 ignored-field spec.prometheusMetricsPort',
      'a.yaml:7:3 ignored-field spec.nftablesRefreshInterval',
    ],
  )
})

test.run()
