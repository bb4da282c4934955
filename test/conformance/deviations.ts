/** Facts that we answer otherwise on purpose, and which deviation of the policy model says so. */

const missingName = 'no DV: the name of a port that no endpoint has is an error; its probes hold all the same'
const deadDirection = 'DV-21: rules in a direction outside types are refused'
const duplicatePort = 'no DV: behaviour.md 1.1 has a name of a port twice for one protocol refused'
const missingTier = 'no DV: behaviour.md 1.9 has a tier that does not exist refused'
const nothingLeft = 'no DV: notNets of every address are refused; no packet matches, as the facts say'
const mixedFamilies = 'no DV: RM-22, networks of both families in one rule are refused'

const idsByReason: ReadonlyMap<string, readonly string[]> = new Map([
  [deadDirection, ['scn-0102', 'scn-0102: 0']],
  [
    'DV-11: a tie is broken by name, namespace and kind one after another',
    ['policy-prefix', 'policy-prefix-dot', 'v-order-prefix: in-80'],
  ],
  [
    'DV-1: loopback is exempt from the endpoint of all interfaces',
    [
      'v-star-bare',
      'v-star-in-80',
      'v-star-allow',
      'v-star-and-eth0',
      'v-eth0-and-star',
      'v-aof-star',
      'v-aof-star-deny',
      'v-prednat-star',
      'v-prednat-star-allow-w1',
      'v-prednat-gap',
      'v-untracked-star',
      'v-ep2host-star-drop',
      'v-ep2host-star-accept',
      'v-ep2host-star-return',
    ].map((id) => `${id}: in-80-lo`),
  ],
  ['DV-10: untracked policy on the endpoint of all interfaces is refused', ['v-untracked-star']],
  [
    'DV-2: an endpoint by name shadows the one of all interfaces everywhere',
    ['in-80', 'in-81', 'fwd-eth0-w1-80', 'fwd-eth0-eth1-80'].map((packet) => `v-prednat-gap: ${packet}`),
  ],
  [
    'DV-3: a failsafe port of another host is none',
    ['v-prednat-deny: fwd-eth0-w1-22', 'v-prednat-star: fwd-eth0-w1-22', 'v-untracked-deny: fwd-eth0-w1-22'],
  ],
  ['DV-4: a direction without forward policy allows', ['v-aof-in-80: fwd-w1-eth0-80', 'v-aof-eg-80: fwd-eth0-eth1-80']],
  [
    'DV-6: a selector and its notSelector are two sets',
    ['calc-', 'np-calc-'].flatMap((start) => [
      `${start}localEp1WithNegatedNamedPortPolicy`,
      `${start}localEp1WithNegatedNamedPortPolicyDest`,
    ]),
  ],
  [
    duplicatePort,
    [
      'state-localEpsAndNamedPortPolicyDuplicatePorts',
      'calc-localEpsAndNamedPortPolicyDuplicatePorts',
      'np-calc-localEpsAndNamedPortPolicyDuplicatePorts',
    ],
  ],
  ['DV-20: a log rule has a rate limit of its own', ['default-LogActionRateLimit']],
  [
    'no DV: behaviour.md section 8 wants at least 8 bits of the mark',
    ['convert-iptablesMarkMask', 'convert-nftablesMarkMask'],
  ],
  [missingTier, ['v-tier-missing', 'v-tier-missing: in-80']],
  [
    nothingLeft,
    [
      'absent-not-src-catch-all-4',
      'absent-not-src-catch-all-6',
      'absent-not-dst-catch-all-4',
      'absent-not-dst-catch-all-6',
    ],
  ],
  [mixedFamilies, ['match-mixed-family-nets-4: *', 'match-mixed-family-nets-6: *', 'match-mixed-family-notnets-4: *']],
  [missingName, ['scn-0285', 'scn-0292', 'scn-0295', 'np-match-dst-unknown', 'np-match-dst-not-unknown']],
])

/** By id of a fact. */
export const deviations: ReadonlyMap<string, string> = new Map(
  [...idsByReason].flatMap(([reason, ids]) => ids.map((id) => [id, reason] as const)),
)
