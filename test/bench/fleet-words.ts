/** The words of a made-up fleet: which labels its endpoints have, and the selectors that people write over them. */

import { readSelector } from '../../src/selector/read-selector.ts'
import type { Selector } from '../../src/selector/selector.ts'
import type { Dice } from '../fakes/dice.ts'

export const environments: readonly string[] = ['prod', 'staging', 'test', 'dev']
export const roles: readonly string[] = named('role', 40)
export const apps: readonly string[] = named('app', 400)
export const zones: readonly string[] = named('zone', 12)
export const sites: readonly string[] = named('site', 60)
export const namespaces: readonly string[] = named('team', 50)
export const portNames: readonly string[] = ['http', 'https', 'metrics', 'ssh-alt']

function named(what: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${what}-${index}`)
}

/** One in twenty has none of the labels that everybody should have. */
export function randomLabels(dice: Dice): Map<string, string> {
  const labels = new Map([['app', dice.pick(apps)]])
  if (dice.chance(0.05)) return labels
  labels.set('role', dice.pick(roles)).set('zone', dice.pick(zones)).set('env', dice.pick(environments))
  if (dice.chance(0.8)) labels.set('site', dice.pick(sites))
  return labels
}

/** Each operator of the language; most of them mean few, some nearly everybody. */
const peerForms: readonly ((dice: Dice) => string)[] = [
  (dice) => `app == '${dice.pick(apps)}'`,
  (dice) => `app == '${dice.pick(apps)}' && env == '${dice.pick(environments)}'`,
  (dice) => `app in {'${dice.pick(apps)}', '${dice.pick(apps)}'} && zone == '${dice.pick(zones)}'`,
  (dice) => `role == '${dice.pick(roles)}' && site == '${dice.pick(sites)}'`,
  (dice) => `role == '${dice.pick(roles)}' && zone == '${dice.pick(zones)}' && env != 'dev'`,
  (dice) => `site == '${dice.pick(sites)}' && app starts with '${dice.pick(apps)}'`,
  (dice) => `site == '${dice.pick(sites)}' && app ends with '${dice.below(10)}' && !(env == 'test')`,
  (dice) => `role == '${dice.pick(roles)}' && env not in {'dev', 'test'} && site contains '${dice.below(6)}'`,
  (dice) => `(app == '${dice.pick(apps)}' || app == '${dice.pick(apps)}') && has(zone)`,
  (dice) => `purpose == 'purpose-${dice.below(300)}'`,
  (dice) => `purpose == 'purpose-${dice.below(300)}' && region in {'north', 'south'}`,
  (dice) => `projectcalico.org/namespace == '${dice.pick(namespaces)}' && role == '${dice.pick(roles)}'`,
  (dice) => `!has(projectcalico.org/namespace) && app == '${dice.pick(apps)}'`,
  (dice) => `!has(role) && app == '${dice.pick(apps)}'`,
]

/** Of nearly everybody: there are few of them, for each is as large as the fleet. */
const wideForms: readonly string[] = ['all()', 'global()', 'has(role)', "env != 'dev'", '!has(purpose)']

export function randomPeers(dice: Dice): Selector {
  return selectorOf(dice.chance(0.01) ? dice.pick(wideForms) : dice.pick(peerForms)(dice))
}

const targetForms: readonly ((dice: Dice) => string)[] = [
  (dice) => `app == '${dice.pick(apps)}'`,
  (dice) => `role == '${dice.pick(roles)}' && env == '${dice.pick(environments)}'`,
  (dice) => `role in {'${dice.pick(roles)}', '${dice.pick(roles)}'} && zone == '${dice.pick(zones)}'`,
  (dice) => `site == '${dice.pick(sites)}' && app ends with '${dice.below(10)}'`,
  (dice) => `zone == '${dice.pick(zones)}' && !(role == '${dice.pick(roles)}') && env not in {'prod', 'staging'}`,
  (dice) => `projectcalico.org/namespace == '${dice.pick(namespaces)}' && has(role)`,
]

/** Whom a policy selects: one in a hundred selects everybody. */
export function randomTarget(dice: Dice): Selector {
  return selectorOf(dice.chance(0.01) ? 'all()' : dice.pick(targetForms)(dice))
}

export function selectorOf(text: string): Selector {
  const reading = readSelector(text)
  if (reading.type === 'fault') throw new Error(`${text}: ${reading.message}`)
  return reading.selector
}
