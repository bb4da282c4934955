/** Policy folders for tests, in temporary folders that go with the process. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rampart-test-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** @param files path -> text */
export function policyFolder(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder()
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

export const webEndpoint = `apiVersion: projectcalico.org/v3
kind: HostEndpoint
metadata: {name: web-1-eth0, labels: {role: web}}
spec: {node: web-1, interfaceName: eth0, expectedIPs: [192.0.2.10]}
`

/** Allows TCP to the given port. */
export function webPolicy(port: number): string {
  return `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: web}
spec:
  selector: role == 'web'
  ingress:
    - {action: Allow, protocol: TCP, destination: {ports: [${port}]}}
    - {action: Allow, protocol: TCP, source: {selector: "has(office)"}, destination: {ports: [22]}}
`
}

export const officeSet = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: {name: office, labels: {office: 'yes'}}
spec: {nets: [198.51.100.0/24, 203.0.113.7]}
`

/** Of web-1: the port is open to everybody. */
export function webTest(port: number): string {
  return `apiVersion: rampart/v1
kind: PolicyTest
metadata: {name: web}
spec:
  host: web-1
  cases:
    - {name: the world reaches the port, iif: eth0, proto: tcp, dport: ${port}, expect: allow}
`
}
