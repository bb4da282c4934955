/** The closed list of diagnostic codes: the severity of each and, for `validate --explain`, what it means and what to do. */

interface Entry {
  readonly severity: 'error' | 'warning'
  readonly explanation: string
}

const error = (explanation: string): Entry => ({ severity: 'error', explanation })
const warning = (explanation: string): Entry => ({ severity: 'warning', explanation })

export const catalogue = {
  // files and YAML
  'file-encoding': error(
    'A policy file must be UTF-8 text without control characters. Save the file as UTF-8; a byte order mark is accepted.',
  ),
  'file-too-large': error(
    'A policy file may have at most 8 MiB. Split it: documents of one kind may be spread over many files.',
  ),
  'file-type': error(
    'The repository holds a symbolic link, a submodule or a Git LFS pointer where a policy file was expected. Only plain files are read, so that what is reviewed is what is enforced.',
  ),
  'yaml-syntax': error('The file is not valid YAML 1.2. Nothing of the document is used.'),
  'yaml-tag': error(
    'A YAML tag (a word that starts with !) stands where a value was meant. An unquoted selector such as `selector: !has(role)` is a tag in YAML and would read as an empty selector, which means "everything": put it in quotes.',
  ),
  'yaml-alias': error(
    'Aliases and anchors (*name, &name) are refused: a policy must read the same at the place where it stands. An unquoted `*` starts an alias: put it in quotes.',
  ),
  'yaml-directive': error(
    'A %YAML or %TAG directive changes how the file is read (YAML 1.1 reads `no` as false). Remove it.',
  ),
  'yaml-duplicate-key': error(
    'The same key stands twice in one mapping, and only one of them would count. Remove one.',
  ),
  'no-documents': error(
    'The repository holds no policy document at all. An empty policy is never applied by accident: remove the table with `rampart remove` instead.',
  ),
  'mixed-file': error(
    'One file mixes documents of rampart with documents of another system. Move them into files of their own.',
  ),
  'foreign-file': warning(
    'A YAML file holds no document of rampart and is not read. Keep such files out of the policy folder or in a dot folder to silence this.',
  ),
  'not-an-object': error('A document must be a mapping with apiVersion, kind, metadata and spec.'),

  // envelope
  'unsupported-version': error(
    'The apiVersion is none of those that this program reads: projectcalico.org/v3 and rampart/v1.',
  ),
  'unknown-kind': error('There is no such kind. The closest known name is suggested.'),
  'unsupported-kind': error(
    'The kind exists, but this version of rampart does not enforce it. It is refused, not ignored: a policy that looks present and does nothing is worse than an error.',
  ),
  'unsupported-field': error(
    'The field, or this value of it, exists in Calico, but rampart does not enforce it. It is refused, not ignored.',
  ),
  'unknown-field': error(
    'There is no such field here. The closest known name is suggested. Unknown fields are refused, because a misspelt field would silently widen or narrow a rule.',
  ),
  'missing-field': error('A required field is absent.'),
  'wrong-type': error(
    'The value has another type than the field needs. YAML reads 010 as a number and yes as text: quote what is meant as text.',
  ),
  'invalid-value': error('The value is not one of those the field accepts, or not of its form.'),
  'invalid-name': error(
    'A name must be a lower-case DNS name: letters, digits, "-" and ".", starting and ending with a letter or digit; policies have one label, or two joined by a dot.',
  ),
  'invalid-label': error(
    'Label keys are an optional DNS prefix with "/" and a name of up to 63 letters, digits, "-", "_" and "."; values are up to 63 of the same or empty.',
  ),
  'reserved-label': error(
    'Labels under projectcalico.org/ are set by the system. On a host endpoint such a label would let namespaced policies claim it (deviation DV-16); a workload endpoint has them from its namespace and orchestrator.',
  ),
  'duplicate-name': error('Two documents define the same kind and name (and namespace). Only one could be enforced.'),
  'duplicate-entry': error('The list names the same thing twice.'),
  'empty-list': error(
    'An explicitly empty list means "no restriction" in Calico and is almost always a templating accident that opens a rule to the world (deviation DV-19). Remove the field to say "any", or remove the rule.',
  ),
  'list-too-long': error(
    'The list is longer than the limit that Calico sets, so such a document could not be applied there either.',
  ),

  // selectors
  'selector-syntax': error(
    'The selector cannot be read. The place of the fault is marked; the language is described in the README.',
  ),
  'selector-too-long': error('A selector may have at most 1024 characters, and a label in it at most 512.'),
  'selector-global': error('global() has a meaning only in a namespaceSelector.'),

  // rules
  'cidr-syntax': error(
    'Networks are written with a mask, as 10.0.0.0/8 or 2001:db8::/32. A single address in a rule is written with /32 or /128.',
  ),
  'cidr-host-bits': error(
    'The address has bits set behind the mask, so it names a host and a network at once. The network that contains it is suggested.',
  ),
  'address-syntax': error(
    'The value is not an IPv4 or IPv6 address. Leading zeros, zones and IPv4-mapped IPv6 addresses are refused.',
  ),
  'mixed-families': error(
    'A rule names IPv4 and IPv6 networks at once, or a network of another family than its ipVersion or protocol. Such a rule can match nothing: write one rule a family.',
  ),
  'catch-all-negated': error('notNets with 0.0.0.0/0 or ::/0 excludes every address, so the rule can match nothing.'),
  'port-syntax': error(
    'Ports are numbers from 1 to 65535, ranges written with a colon, as "8000:8010", or names that endpoints give their ports.',
  ),
  'ports-need-protocol': error(
    "Ports exist only in TCP, UDP and SCTP. Set the rule's protocol to one of them; only names of ports bring their protocol with them.",
  ),
  'icmp-needs-protocol': error(
    'An ICMP match needs protocol ICMP or ICMPv6 (deviation DV-21 for notICMP): without it the match would depend on the family by accident.',
  ),
  'icmp-code-needs-type': error('An ICMP code has a meaning only together with its type.'),
  'dead-direction': error(
    'The policy has rules for a direction that its types do not name, so they would never be looked at (deviation DV-21). Add the direction to types, or remove the rules.',
  ),

  'policy-stage': error(
    'doNotTrack and preDNAT say at which stage a global policy is asked: only one of them, only together with applyOnForward: true, and preDNAT only for ingress.',
  ),
  'forward-pass': warning(
    'Profiles are not asked about forwarded packets: what the last tier with forward policies passes is let through (deviation DV-4). Write Allow or Deny to say what is meant.',
  ),

  'equal-order': warning(
    'Two policies of one tier have equal orders (or none), apply to the same endpoint and decide differently about some packet. Which of them is asked first is then a matter of their names: give them orders that say what is meant.',
  ),

  // references
  'missing-profile': error(
    'An endpoint lists a profile that does not exist. Calico denies everything in that case (deviation DV-9).',
  ),
  'missing-tier': error(
    'A policy belongs to a tier that does not exist. Its place in the order would be left to chance, so it is refused; a tier goes only after its policies.',
  ),
  'built-in-tier': error(
    'The tier default is built in with order 1000000 and default action Deny, and its document may say nothing else. kube-admin and kube-baseline belong to Kubernetes.',
  ),
  'missing-port-name': error(
    'A rule names a port that no endpoint lists, so the name would match nothing. The closest known name is suggested.',
  ),
  'untracked-star-endpoint': error(
    'A policy with doNotTrack selects a host endpoint for every interface ("*"). Untracked policy works for endpoints of one interface only; Calico ignores it here with a warning, which leaves open what was meant to be closed (deviation DV-10).',
  ),
  'built-in-profile': error('projectcalico-default-allow is built in and cannot be redefined.'),
  'missing-interface': error('A host endpoint needs an interfaceName, or expectedIPs by which the interface is found.'),
  'workload-interface': warning(
    'The host endpoint names a workload interface. Workload interfaces are never governed by host endpoints, so it has no effect.',
  ),
  'shadowed-endpoint': warning('Another host endpoint governs the same interface; the one with the smaller name wins.'),
  'unresolved-endpoint': warning(
    'No interface of the host has one of the expected addresses, so the endpoint governs nothing until one has.',
  ),
  'peer-without-addresses': warning(
    'A rule selects a host endpoint that lists no expectedIPs, so the rule does not match its traffic. Only expectedIPs feed selectors; the addresses of the interface are not used.',
  ),
  'workload-without-addresses': warning(
    'A workload endpoint without ipNetworks is not programmed, in Calico and here: its interface stays closed and no selector finds it.',
  ),
  'family-omitted': warning(
    'notNets of one family without ipVersion leaves the rule out for the other family, in Calico and here (deviation DV-7). Set ipVersion to say which family is meant, or write a rule for each.',
  ),
  'ignored-field': warning(
    'The field is accepted, so that exported Calico configuration can be committed as it is, but has no effect here.',
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

  // policy tests
  'unknown-host': error(
    'A policy test names a host that no endpoint belongs to, so nothing there could be judged. The closest known name is suggested.',
  ),
  'vacuous-test': warning(
    'A policy test, or a part of it, describes no packet at all: nobody has the labels that it selects, the addresses are of two families, or nothing governs the interface. It would hold whatever the policies say.',
  ),
  'test-failed': error(
    'A case of a policy test does not hold: there is a packet that it describes and that meets another fate than it expects. The packet is named, with the line that decides about it; `rampart explain` walks it through the policy. An agent does not apply a revision whose tests of its host fail.',
  ),

  // host side
  'configuration-syntax': error(
    'The agent configuration or the facts file cannot be used. The agent does not start with a configuration it does not understand.',
  ),
} as const satisfies Record<string, Entry>
