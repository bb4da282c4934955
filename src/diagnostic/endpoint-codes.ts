/** Diagnostic codes about endpoints, profiles and the hosts they are on. */

import { type CodeEntry, error, lines, warning } from './code-entry.ts'

export const endpointCodes = {
  'missing-profile': error(
    'An endpoint lists a profile that does not exist. Calico denies everything in that case (deviation DV-9).',
    {
      wrong: lines(
        'kind: HostEndpoint',
        'metadata: {name: web-1}',
        'spec: {node: web-1, interfaceName: eth0, profiles: [default-allow]}',
      ),
      right: lines(
        'kind: HostEndpoint',
        'metadata: {name: web-1}',
        'spec: {node: web-1, interfaceName: eth0, profiles: [projectcalico-default-allow]}',
      ),
    },
  ),
  'built-in-profile': error('projectcalico-default-allow is built in and cannot be redefined.', {
    wrong: lines('kind: Profile', 'metadata: {name: projectcalico-default-allow}', 'spec: {}'),
    right: lines(
      'kind: Profile',
      'metadata: {name: allow-all}',
      'spec: {ingress: [{action: Allow}], egress: [{action: Allow}]}',
    ),
  }),
  'missing-interface': error(
    'A host endpoint needs an interfaceName, or expectedIPs by which the interface is found.',
    {
      wrong: lines('kind: HostEndpoint', 'metadata: {name: web-1}', 'spec: {node: web-1}'),
      right: lines(
        'kind: HostEndpoint',
        'metadata: {name: web-1}',
        'spec: {node: web-1, interfaceName: eth0, profiles: [projectcalico-default-allow]}',
      ),
    },
  ),
  'workload-interface': warning(
    'The host endpoint names a workload interface. Workload interfaces are never governed by host endpoints, so it has no effect.',
  ),
  'shadowed-endpoint': warning('Another host endpoint governs the same interface; the one with the smaller name wins.'),
  'unresolved-endpoint': warning(
    'No interface of the host has one of the expected addresses, so the endpoint governs nothing until one has.',
  ),
  'workload-without-addresses': warning(
    'A workload endpoint without ipNetworks is not programmed, in Calico and here: its interface stays closed and no selector finds it.',
    {
      wrong: lines(
        'kind: WorkloadEndpoint',
        'metadata: {name: vm-1}',
        'spec: {node: web-1, orchestrator: kvm, workload: vm-1, endpoint: eth0, interfaceName: cali1}',
      ),
      right: lines(
        'kind: WorkloadEndpoint',
        'metadata: {name: vm-1}',
        'spec: {node: web-1, orchestrator: kvm, workload: vm-1, endpoint: eth0, interfaceName: cali1, ipNetworks: [10.65.0.2/32]}',
      ),
    },
  ),
  'too-many-staged-policies': warning(
    'Each staged policy has base chains of its own in the kernel, which takes only so many in a hook. The first ones in name order are tried out; enforce or remove some to see the rest.',
  ),
  'unfiltered-ipv6': warning(
    'ipv6Support: false leaves IPv6 unfiltered, and this host has an IPv6 address that is reached from beyond its link. Whatever listens on it is open.',
  ),
  'enslaved-interface': warning(
    'The interface is a port of a bridge or a slave of a bond. The kernel reports its traffic on the bridge or bond, so an endpoint on the port sees nothing.',
  ),
  'unwritable-interface': warning(
    'The kernel allows quotes, backslashes and a final asterisk in the name of an interface; nft has no way to write such a name, or takes it for a pattern. The endpoint that expects an address of it governs its other interfaces only.',
  ),
} as const satisfies Record<string, CodeEntry>
