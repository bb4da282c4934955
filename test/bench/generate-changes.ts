/** A kind of change and its edition -> the files of the commit, beside those of generatePolicies(); edition 0 is there from the start. */

import { editedFile, type GeneratedFile, hostFile, rulesPerPolicy } from './generate-policies.ts'

export const changeKinds = [
  'one rule changed',
  'one policy added',
  "a network set's label changed",
  "the host's label changed",
] as const

export type ChangeKind = (typeof changeKinds)[number]

/** Every edition differs from the one before it in the rules or members that the host gets. */
export function filesOfChange(kind: ChangeKind, edition: number, policies: number): readonly GeneratedFile[] {
  return writers[kind](edition, policies)
}

const writers: Readonly<Record<ChangeKind, (edition: number, policies: number) => readonly GeneratedFile[]>> = {
  'one rule changed': (edition, policies) => [
    editedFile({ ruleCount: policies * rulesPerPolicy, variant: 'mixed', edition }),
  ],
  'one policy added': (edition, policies) => [policy(`added-${edition}`, "role == 'bench'", policies / 2)],
  "a network set's label changed": (edition) => [
    { path: 'sets/moving.yaml', text: movingSet(edition % 2 === 0 ? 2 : 7) },
  ],
  "the host's label changed": (edition, policies) => [
    hostFile(`stage: ${stageOf(edition)}`),
    ...(edition > 0
      ? []
      : [0, 1].map((one) => policy(`stage-${stageOf(one)}`, `stage == '${stageOf(one)}'`, policies / 4))),
  ],
}

function stageOf(edition: number): string {
  return edition % 2 === 0 ? 'one' : 'two'
}

function policy(name: string, selector: string, order: number): GeneratedFile {
  const rules = Array.from(
    { length: rulesPerPolicy },
    (_, at) => `    - action: Allow
      protocol: TCP
      source: {nets: [172.31.${at}.0/24]}
      destination: {ports: [${30_000 + at}]}
`,
  )
  const text = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata:
  name: ${name}
spec:
  order: ${Math.floor(order)}
  selector: ${selector}
  types: [Ingress]
  ingress:
${rules.join('')}`
  return { path: `policies/${name}.yaml`, text }
}

function movingSet(group: number): string {
  return `apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata:
  name: moving
  labels: {group: g${group}}
spec:
  nets: [10.199.0.0/24]
`
}
