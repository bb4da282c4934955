/** A repository in memory that people edit: files come, change, move and go, some of them broken, in the same way for the same dice. */

import type { RepositoryFile } from '../../src/repository/revision.ts'
import type { Dice } from './dice.ts'

export interface EditedRepository {
  readonly files: readonly RepositoryFile[]
  /** One to three edits; afterwards `files` are others. */
  edit(): void
}

/** @param onRead of the path, whenever somebody looks at the bytes of a file */
export function editedRepository(dice: Dice, onRead: (path: string) => void = () => {}): EditedRepository {
  const texts = new Map<string, string>()
  const newPath = () => `${dice.pick(['a', 'b', 'c'])}/${dice.below(12)}.yaml`
  const oldPath = () => (texts.size === 0 ? newPath() : dice.pick([...texts.keys()]))
  const edits: readonly (() => void)[] = [
    () => texts.set(newPath(), textOf(dice)),
    () => texts.set(newPath(), textOf(dice)),
    () => texts.set(oldPath(), textOf(dice)),
    () => texts.delete(oldPath()),
    () => {
      const from = oldPath()
      const text = texts.get(from)
      texts.delete(from)
      if (text !== undefined) texts.set(newPath(), text)
    },
    // what it defines is then defined twice
    () => texts.set(newPath(), texts.get(oldPath()) ?? textOf(dice)),
  ]
  for (let count = dice.below(9); count > 0; count--) texts.set(newPath(), textOf(dice))
  return {
    get files() {
      return [...texts].map(([path, text]) => fileOf(path, text, onRead))
    },
    edit() {
      for (let count = 1 + dice.below(3); count > 0; count--) dice.pick(edits)()
    },
  }
}

function fileOf(path: string, text: string, onRead: (path: string) => void): RepositoryFile {
  return {
    path,
    type: 'file',
    contentId: text,
    get bytes() {
      onRead(path)
      return new TextEncoder().encode(text)
    },
  }
}

function textOf(dice: Dice): string {
  if (dice.chance(0.08)) return dice.pick(['# nothing\n', 'hosts: all\n', '- {a: 1}\n- {b: 2}\n'])
  const documents = Array.from({ length: 1 + dice.below(3) }, () => documentOf(dice))
  const text = documents.join('---\n')
  return dice.chance(0.15) ? broken(text, dice) : text
}

/** In ways by which a document, its file or only a reference is lost. */
function broken(text: string, dice: Dice): string {
  return dice.pick([
    `${text}x: [1\n`,
    `\u202e${text}`,
    text.replace('spec:', 'spec: &a'),
    text.replace('metadata:', 'metadata:\n  nonsense: 1'),
    text.replace('projectcalico.org/v3', 'projectcalico.org/v9'),
    text.replace('kind: ', 'kind: X'),
    text.replace(/name: \S+/, 'name: Not_A_Name'),
  ])
}

type SpecWriter = (dice: Dice) => string

const names = ['a', 'b', 'c']

function documentOf(dice: Dice): string {
  const [kind, write] = dice.pick(writers)
  const version = kind === 'PolicyTest' ? 'rampart/v1' : 'projectcalico.org/v3'
  const name = kind === 'Profile' ? dice.pick(['kns.a', 'kns.b', 'shared']) : dice.pick(names)
  const lines = [`  name: ${name}`]
  if (kind.endsWith('NetworkPolicy') || kind.endsWith('NetworkSet')) lines.push(...annotationsOf(dice))
  if (['NetworkPolicy', 'NetworkSet', 'WorkloadEndpoint', 'StagedNetworkPolicy'].includes(kind) && dice.chance(0.7))
    lines.push(`  namespace: ${dice.pick(['a', 'b'])}`)
  if (kind.endsWith('Endpoint') || kind.endsWith('Set')) lines.push(`  labels: {role: ${dice.pick(names)}}`)
  const spec = write(dice).replace(/^/gm, '  ')
  return `apiVersion: ${version}\nkind: ${kind}\nmetadata:\n${lines.join('\n')}\nspec:\n${spec}\n`
}

function annotationsOf(dice: Dice): readonly string[] {
  const annotation = dice.pick([
    'rampart/allow.family-omitted: "meant so"',
    'rampart/allow.duplicate-entry: "meant so"',
    'rampart/allow.nothing: "no such code"',
    'rampart/owner: somebody',
  ])
  return dice.chance(0.3) ? ['  annotations:', `    ${annotation}`] : []
}

const policySpec: SpecWriter = (dice) =>
  [
    `order: ${dice.below(4)}`,
    ...(dice.chance(0.5) ? [`tier: ${dice.pick(['default', 'a', 'b'])}`] : []),
    `selector: role == '${dice.pick(names)}'`,
    'ingress:',
    ...Array.from({ length: 1 + dice.below(3) }, () => dice.pick(rules)(dice)),
  ].join('\n')

const rules: readonly SpecWriter[] = [
  (dice) => `- {action: Allow, protocol: TCP, destination: {ports: [${dice.pick(['http', 'dns', 'htp', '80'])}]}}`,
  (dice) => `- {action: Deny, source: {notNets: [10.${dice.below(4)}.0.0/16]}}`,
  (dice) => `- {action: Pass, source: {selector: "has(${dice.pick(names)})"}}`,
]

const untracked: SpecWriter = (dice) =>
  `doNotTrack: true\napplyOnForward: true\nselector: role == '${dice.pick(names)}'\ningress: [{action: Allow}]`

const endpointSpec: SpecWriter = (dice) =>
  `node: ${dice.pick(['n1', 'n2'])}\nprofiles: [${dice.pick(['kns.a', 'kns.b', 'shared', 'shard'])}]\nports: [{name: ${dice.pick(['http', 'dns'])}, protocol: TCP, port: 80}]`

const writers: readonly (readonly [string, SpecWriter])[] = [
  ['GlobalNetworkPolicy', policySpec],
  ['GlobalNetworkPolicy', untracked],
  ['NetworkPolicy', policySpec],
  ['StagedNetworkPolicy', policySpec],
  ['Tier', (dice) => `order: ${dice.below(9)}`],
  ['Profile', (dice) => `labelsToApply: {team: ${dice.pick(names)}}`],
  ['HostEndpoint', (dice) => `${endpointSpec(dice)}\ninterfaceName: ${dice.pick(['eth0', '"*"'])}`],
  ['WorkloadEndpoint', (dice) => `${endpointSpec(dice)}\ninterfaceName: cali0\nipNetworks: [10.0.0.${dice.below(9)}]`],
  ['WorkloadEndpoint', (dice) => `${endpointSpec(dice)}\ninterfaceName: cali1`],
  ['GlobalNetworkSet', (dice) => `nets: [10.0.0.${dice.below(3)}, 10.0.0.${dice.below(3)}]`],
  ['NetworkSet', (dice) => `nets: [10.${dice.below(9)}.0.0/16]`],
  ['FelixConfiguration', () => 'logActionRateLimit: ""'],
  ['PolicyTest', (dice) => `host: ${dice.pick(['n1', 'n2', 'n3'])}\ncases: [{name: c, iif: eth0, expect: deny}]`],
  ['PolicyTest', (dice) => `selector: role == '${dice.pick(names)}'\ncases: [{name: c, iif: eth0, expect: deny}]`],
]
