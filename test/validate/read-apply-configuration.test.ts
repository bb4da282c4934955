/** `apply` of the agent's configuration: every probe, and what is refused. */

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { printProbe } from '../../src/host/apply-configuration.ts'
import { readAgentConfiguration } from '../../src/validate/read-agent-configuration.ts'
import { printPlain } from './policy-files.ts'

const read = (apply: string) => {
  const head = 'apiVersion: rampart/v1\nkind: AgentConfiguration\nrepository: {url: "https://git.example.org/fw.git"}\n'
  return readAgentConfiguration({
    source: { path: 'agent.yaml', text: `${head}apply: ${apply}\n` },
    folder: '/etc/rampart',
    defaultNode: 'gw-1',
  })
}
const faults = (apply: string) =>
  read(apply).diagnostics.map((diagnostic) => printPlain(diagnostic).replace('agent.yaml:', ''))

test('readApplyConfiguration() reads every kind of probe', () => {
  const probes = [
    '{repository: true}',
    '{gateway: true}',
    '{tcp: 192.0.2.1:443}',
    '{tcp: "[2001:db8::1]:443"}',
    '{tcp: git.example.org:22}',
    '{dns: git.example.org}',
    '{http: "https://git.example.org/"}',
    '{ping: 192.0.2.1}',
    '{command: [/usr/local/bin/check, --quick]}',
  ]
  const { value, diagnostics } = read(`{probes: [${probes.join(', ')}]}`)
  assert.equal(diagnostics, [])
  assert.equal(value?.apply.probes.map(printProbe), [
    'repository',
    'gateway',
    'tcp 192.0.2.1:443',
    'tcp [2001:db8::1]:443',
    'tcp git.example.org:22',
    'dns git.example.org',
    'http https://git.example.org/',
    'ping 192.0.2.1',
    'command /usr/local/bin/check --quick',
  ])
  assert.equal(read('{probes: []}').value?.apply.probes, [])
})

test('readApplyConfiguration() reads the rest', () => {
  const { value } = read(
    '{confirmTimeout: 5m, confirmAfter: 0s, requireConfirm: true, maxRemoved: 100%, protectLiveSessions: false, allowTrailers: true, probes: []}',
  )
  assert.equal(value?.apply, {
    confirmTimeoutMs: 300_000,
    confirmAfterMs: 0,
    requireConfirm: true,
    probes: [],
    maxRemoved: 1,
    protectLiveSessions: false,
    firstActivationDelayMs: 5_000,
    endsDeniedConnections: true,
    allowTrailers: true,
  })
})

test('readApplyConfiguration() says what is wrong with a probe, and where', () => {
  assert.equal(faults('{probes: [{repository: false}, {tcp: nowhere}, {dns: "a b"}, {http: "ftp://x/"}]}'), [
    '4:31 invalid-value apply.probes[0].repository cannot be read: write true, or leave the probe out of the list',
    '4:45 invalid-value apply.probes[1].tcp cannot be read: write a host and a port, as 192.0.2.1:443',
    '4:61 invalid-value apply.probes[2].dns cannot be read: write a host name, as git.example.org',
    '4:76 invalid-value apply.probes[3].http cannot be read: write an http:// or https:// URL without a password',
  ])
  assert.equal(faults('{probes: [{ping: router}, {command: []}, {tcp: "1.2.3.4:99999"}]}'), [
    '4:25 invalid-value apply.probes[0].ping cannot be read: "router" is not an address',
    '4:44 invalid-value apply.probes[1].command cannot be read: name a program, as [/usr/local/bin/check, --quick]',
    '4:55 invalid-value apply.probes[2].tcp cannot be read: write a host and a port, as 192.0.2.1:443',
  ])
})

test('readApplyConfiguration() wants exactly one field of a probe', () => {
  const fields = 'repository, gateway, tcp, dns, http, ping or command'
  assert.equal(faults('{probes: [{}, {dns: a, ping: 192.0.2.1}]}'), [
    `4:18 invalid-value apply.probes[0] must have exactly one field: ${fields}`,
    `4:22 invalid-value apply.probes[1] must have exactly one field: ${fields}`,
  ])
  assert.match(faults('{probes: [{tpc: "a:1"}]}')[0] ?? '', 'did you mean "tcp"?')
})

test('readApplyConfiguration() refuses times that no change could meet, and shares that are none', () => {
  assert.equal(faults('{confirmTimeout: 5s}'), [
    '4:25 invalid-value apply.confirmAfter must be shorter than apply.confirmTimeout, or no change could ever confirm itself: the one is 10s, the other 5s',
  ])
  assert.equal(faults('{confirmTimeout: 2h}'), ['4:25 invalid-value apply.confirmTimeout: at most 1h'])
  assert.equal(faults('{confirmTimeout: 60}'), [
    '4:25 wrong-type apply.confirmTimeout is 60 without a unit: write 60s for seconds',
  ])
  assert.equal(faults('{maxRemoved: 120%}'), [
    '4:21 invalid-value apply.maxRemoved cannot be read: write a percentage from 0% to 100%, as 50%',
  ])
})

test.run()
