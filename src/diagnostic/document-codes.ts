/** Diagnostic codes about what a document is and what its fields hold. */

import { type CodeEntry, error, lines, warning } from './code-entry.ts'

export const documentCodes = {
  'unsupported-version': error(
    'The apiVersion is none of those that this program reads: projectcalico.org/v3 and rampart/v1.',
    {
      wrong: lines(
        'apiVersion: projectcalico.org/v1',
        'kind: HostEndpoint',
        'metadata: {name: web-1}',
        'spec: {node: web-1, interfaceName: eth0}',
      ),
      right: lines(
        'apiVersion: projectcalico.org/v3',
        'kind: HostEndpoint',
        'metadata: {name: web-1}',
        'spec: {node: web-1, interfaceName: eth0, profiles: [projectcalico-default-allow]}',
      ),
    },
  ),
  'unknown-kind': error('There is no such kind. The closest known name is suggested.', {
    wrong: lines('kind: HostEndpiont', 'metadata: {name: web-1}', 'spec: {node: web-1, interfaceName: eth0}'),
    right: lines(
      'kind: HostEndpoint',
      'metadata: {name: web-1}',
      'spec: {node: web-1, interfaceName: eth0, profiles: [projectcalico-default-allow]}',
    ),
  }),
  'unsupported-kind': error(
    'The kind exists, but this version of rampart does not enforce it. It is refused, not ignored: a policy that looks present and does nothing is worse than an error.',
    {
      wrong: lines('kind: IPPool', 'metadata: {name: pool}', 'spec: {cidr: 10.65.0.0/16}'),
      right: lines('kind: GlobalNetworkSet', 'metadata: {name: pool}', 'spec: {nets: [10.65.0.0/16]}'),
    },
  ),
  'unsupported-field': error(
    'The field, or this value of it, exists in Calico, but rampart does not enforce it. It is refused, not ignored.',
    {
      wrong: '- {action: Allow, destination: {services: {name: web}}}',
      right: "- {action: Allow, destination: {selector: role == 'web'}}",
    },
  ),
  'unknown-field': error(
    'There is no such field here. The closest known name is suggested. Unknown fields are refused, because a misspelt field would silently widen or narrow a rule.',
    {
      wrong: '- {action: Allow, protocol: TCP, destination: {port: [443]}}',
      right: '- {action: Allow, protocol: TCP, destination: {ports: [443]}}',
    },
  ),
  'missing-field': error('A required field is absent.', {
    wrong: '- {protocol: TCP}',
    right: '- {action: Allow, protocol: TCP}',
  }),
  'wrong-type': error(
    'The value has another type than the field needs. YAML reads 010 as a number and yes as text: quote what is meant as text.',
    {
      wrong: lines(
        'kind: HostEndpoint',
        'metadata: {name: web-1, labels: {monitored: true}}',
        'spec: {node: web-1, interfaceName: eth0}',
      ),
      right: lines(
        'kind: HostEndpoint',
        'metadata: {name: web-1, labels: {monitored: "true"}}',
        'spec: {node: web-1, interfaceName: eth0, profiles: [projectcalico-default-allow]}',
      ),
    },
  ),
  'invalid-value': error('The value is not one of those the field accepts, or not of its form.', {
    wrong: '- {action: allow}',
    right: '- {action: Allow}',
  }),
  'invalid-name': error(
    'A name must be a lower-case DNS name: letters, digits, "-" and ".", starting and ending with a letter or digit; policies have one label, or two joined by a dot.',
    {
      wrong: lines('kind: GlobalNetworkPolicy', 'metadata: {name: Web_Servers}', 'spec: {selector: all()}'),
      right: lines('kind: GlobalNetworkPolicy', 'metadata: {name: web-servers}', 'spec: {selector: all()}'),
    },
  ),
  'invalid-label': error(
    'Label keys are an optional DNS prefix with "/" and a name of up to 63 letters, digits, "-", "_" and "."; values are up to 63 of the same or empty.',
    {
      wrong: lines(
        'kind: GlobalNetworkSet',
        'metadata: {name: office, labels: {used for: ssh}}',
        'spec: {nets: [192.0.2.0/24]}',
      ),
      right: lines(
        'kind: GlobalNetworkSet',
        'metadata: {name: office, labels: {used-for: ssh}}',
        'spec: {nets: [192.0.2.0/24]}',
      ),
    },
  ),
  'reserved-label': error(
    'Labels under projectcalico.org/ are set by the system. On a host endpoint such a label would let namespaced policies claim it (deviation DV-16); a workload endpoint has them from its namespace and orchestrator.',
    {
      wrong: lines(
        'kind: HostEndpoint',
        'metadata: {name: web-1, labels: {projectcalico.org/namespace: shop}}',
        'spec: {node: web-1, interfaceName: eth0}',
      ),
      right: lines(
        'kind: HostEndpoint',
        'metadata: {name: web-1, labels: {shop: "true"}}',
        'spec: {node: web-1, interfaceName: eth0, profiles: [projectcalico-default-allow]}',
      ),
    },
  ),
  'duplicate-name': error('Two documents define the same kind and name (and namespace). Only one could be enforced.', {
    wrong: lines(
      'kind: Profile',
      'metadata: {name: web}',
      'spec: {}',
      '---',
      'kind: Profile',
      'metadata: {name: web}',
      'spec: {}',
    ),
    right: lines(
      'kind: Profile',
      'metadata: {name: web}',
      'spec: {}',
      '---',
      'kind: Profile',
      'metadata: {name: web-2}',
      'spec: {}',
    ),
  }),
  'duplicate-entry': error('The list names the same thing twice.', {
    wrong: '- {action: Allow, source: {nets: [10.0.0.0/8, 10.0.0.0/8]}}',
    right: '- {action: Allow, source: {nets: [10.0.0.0/8]}}',
  }),
  'empty-list': error(
    'An explicitly empty list means "no restriction" in Calico and is almost always a templating accident that opens a rule to the world (deviation DV-19). Remove the field to say "any", or remove the rule.',
    { wrong: '- {action: Allow, source: {nets: []}}', right: '- {action: Allow, source: {nets: [10.0.0.0/8]}}' },
  ),
  'list-too-long': error(
    'The list is longer than the limit that Calico sets, so such a document could not be applied there either.',
  ),
  'ignored-field': warning(
    'The field is accepted, so that exported Calico configuration can be committed as it is, but has no effect here.',
  ),
  'invalid-annotation': error(
    'An annotation under rampart/ is not one of rampart/owner, rampart/expires and rampart/allow.<code>, or its value cannot be used: a silence names the code of a warning and says why, errors cannot be silenced. A misspelt annotation would be without effect, so it is refused.',
    {
      wrong: lines(
        'kind: GlobalNetworkPolicy',
        'metadata: {name: web, annotations: {rampart/ownr: shop}}',
        'spec: {ingress: [{action: Allow}]}',
      ),
      right: lines(
        'kind: GlobalNetworkPolicy',
        'metadata: {name: web, annotations: {rampart/owner: shop}}',
        'spec: {ingress: [{action: Allow}]}',
      ),
    },
  ),
  'unused-silence': warning(
    'An annotation rampart/allow.<code> silences a warning that is not there. What it was for is mended or gone: remove the annotation, or it will hide the next one.',
    {
      wrong: lines(
        'kind: GlobalNetworkPolicy',
        'metadata: {name: web, annotations: {rampart/allow.log-only-policy: it is only for a day}}',
        'spec: {ingress: [{action: Log}, {action: Allow}]}',
      ),
      right: lines(
        'kind: GlobalNetworkPolicy',
        'metadata: {name: web}',
        'spec: {ingress: [{action: Log}, {action: Allow}]}',
      ),
    },
  ),
} as const satisfies Record<string, CodeEntry>
