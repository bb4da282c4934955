/** Faults of when something expires, as data for faults.test.ts. */

import { expiring, type FaultCase, rule } from './policy-files.ts'

export const expiryFaults: readonly FaultCase[] = [
  [
    rule('action: Allow\nmetadata: {annotations: {rampart/expires: "2030-01-31"}}'),
    '7:47 expiry-syntax "2030-01-31" is no time at which something can expire: the time of day is missing: write 2030-01-31T00:00:00Z, with the zone that is meant',
  ],
  [
    rule('action: Allow\nmetadata: {annotations: {rampart/expires: "2030-01-31T18:00:00"}}'),
    '7:47 expiry-syntax "2030-01-31T18:00:00" is no time at which something can expire: the zone is missing: write 2030-01-31T18:00:00Z for UTC, or an offset as +01:00',
  ],
  [
    rule('action: Allow\nmetadata: {annotations: {rampart/expires: "9999-01-01T00:00:00Z"}}'),
    '7:47 expiry-syntax "9999-01-01T00:00:00Z" is no time at which something can expire: it lies beyond the year 2261: leave the annotation out',
  ],
  [
    rule('action: Allow\nmetadata: {annotations: {rampart/expires: "1969-12-31T23:59:59Z"}}'),
    '7:47 expiry-syntax "1969-12-31T23:59:59Z" is no time at which something can expire: it lies before 1970: remove what has expired',
  ],
  [
    rule('action: Deny\nmetadata: {annotations: {rampart/expires: "2030-01-31T18:00:00Z"}}'),
    '7:30 expiry-misplaced rampart/expires is for Allow rules: the end of a Deny could open what is closed now',
  ],
  [
    expiring('GlobalNetworkPolicy', 'ingress: [{action: Pass}]'),
    '5:17 expiry-misplaced rampart/expires ends the Allow rules, and here is none: remove it',
  ],
  [
    expiring('StagedGlobalNetworkPolicy', 'stagedAction: Delete'),
    '5:17 expiry-misplaced rampart/expires ends the Allow rules, and here is none: remove it',
  ],
  [
    expiring('GlobalNetworkSet', 'nets: []'),
    '5:17 expiry-misplaced rampart/expires means nothing on a GlobalNetworkSet: only what policies and profiles allow can expire',
  ],
]
