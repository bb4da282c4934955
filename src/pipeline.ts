/** The verbs in order: files -> policy set -> host view -> table. No I/O, no clock. */

import type { Compilation } from './compile/compilation.ts'
import { compileHost } from './compile/compile-host.ts'
import { bareEndpointsIn, extentOf, isBareIn, mostLost } from './compile/table-extent.ts'
import { type Checked, inSourceOrder } from './diagnostic/diagnostic.ts'
import { countChanges } from './diff/count-changes.ts'
import { type Difference, describePlan } from './diff/describe-plan.ts'
import { diff } from './diff/diff.ts'
import { printInTwo } from './diff/print-in-two.ts'
import { printReplacement, printScript } from './diff/print-script.ts'
import { candidateRules } from './explain/candidate-rules.ts'
import { type FlowFate, judgeChange, type TableChange } from './explain/denied-flows.ts'
import { trace } from './explain/trace.ts'
import type { Flow } from './flow/flow.ts'
import { bareEndpointsOf, findBareEndpoints } from './guard/bare-endpoint.ts'
import { judgeSessions } from './guard/cut-sessions.ts'
import { extraordinary, findMassRemoval } from './guard/mass-removal.ts'
import { type GuardName, guardNames, type Objection } from './guard/objection.ts'
import type { HostFacts } from './host/host-facts.ts'
import type { Login } from './host/login.ts'
import { type ImportedRepository, type ImportInput, importFiles } from './import/import-files.ts'
import { settleSilences } from './lint/settle-silences.ts'
import type { Packet } from './packet/packet.ts'
import { type FileReading, type FilesReading, readFiles } from './pipeline/read-files.ts'
import type { HostView } from './policy/host-view.ts'
import type { PolicySet } from './policy/policy-set.ts'
import type { RepositoryFile } from './repository/revision.ts'
import { type ResolveInput, resolveHost } from './resolve/resolve-host.ts'
import { type Neighbours, surroundingsOf } from './resolve/surroundings.ts'
import type { Ruleset } from './ruleset/ruleset.ts'
import { type GatheredPolicy, gatherPolicy } from './validate/gather-policy.ts'

/** What a revision says, and what the reading of the next one need not do again. */
export interface PolicyReading extends Checked<PolicySet> {
  readonly files: readonly FileReading[]
  readonly gathered: GatheredPolicy
}

/**
 * All faults of all files at once, in source order, without what is silenced. With an error among them the policy set must not be used.
 *
 * @param before any earlier reading: what its files say is not read again, and what did not change since is the same object
 */
export function readPolicy(files: readonly RepositoryFile[], before?: PolicyReading): PolicyReading {
  return checkPolicy(readEachFile(files, before), before)
}

/** The first step of readPolicy(): each file by itself. */
export function readEachFile(files: readonly RepositoryFile[], before?: PolicyReading): FilesReading {
  return readFiles(files, before?.files ?? [])
}

/** The second step of readPolicy(): the files together. */
export function checkPolicy(files: FilesReading, before?: PolicyReading): PolicyReading {
  const reading = gather(files, before)
  return { ...reading, diagnostics: settleSilences(reading.diagnostics, reading.value.silences).standing }
}

export interface HostCompilation extends Compilation {
  readonly view: HostView
}

/**
 * With an error among the diagnostics the kernel would refuse the table: it must not be used. What is silenced is not among them.
 * @param before of this host, whatever the revision: with it the cost follows what changed since
 */
export function compileForHost(input: ResolveInput, before?: HostCompilation): Checked<HostCompilation> {
  const { value: view, diagnostics } = viewOfHost(input, before)
  return { value: compileResolved(view, before), diagnostics }
}

/** The first step of compileForHost(): what concerns the host. */
export function viewOfHost(input: ResolveInput, before?: HostCompilation): Checked<HostView> {
  const { value, diagnostics } = resolveHost(input, before?.view)
  return { value, diagnostics: settleSilences(inSourceOrder(diagnostics), input.policySet.silences).standing }
}

/** The second step of compileForHost(): the table. */
export function compileResolved(view: HostView, before?: HostCompilation): HostCompilation {
  return before?.view === view ? before : { view, ...compileHost(view, { before }) }
}

/** As readPolicy(), silenced or not. */
export function validateFiles(files: readonly RepositoryFile[]): PolicyReading {
  return gather(readEachFile(files), undefined)
}

function gather({ files, change }: FilesReading, before: PolicyReading | undefined): PolicyReading {
  const gathered = gatherPolicy(files, change, before?.gathered)
  return { value: gathered.policySet, diagnostics: gathered.diagnostics, files, gathered }
}

/** As compileForHost(), silenced or not. */
export function compileView(input: ResolveInput): Checked<HostCompilation> {
  const { value: view, diagnostics } = resolveHost(input)
  return { value: compileResolved(view), diagnostics }
}

export type { Difference }

export interface Comparison {
  readonly isEqual: boolean
  /** There is no table to change: it is written from nothing. */
  readonly writesWholeTable: boolean
  /** One nft transaction that leads from live to desired. */
  script(): string
  /** The same in two transactions at most, of which only the first changes what becomes of packets; undefined where it takes one of the usual kind. */
  inTwo(): readonly string[] | undefined
  differences(): readonly Difference[]
  /** Of the differences, those that are no counters; sooner than they can be told. */
  countChanges(): number
}

/** @param live undefined when there is no table */
export function compareTables(desired: Ruleset, live: Ruleset | undefined): Comparison {
  const plan = diff(desired, live)
  return {
    isEqual: plan.changes.length === 0,
    writesWholeTable: plan.changes[0]?.type === 'replace-table',
    script: () => printScript(plan),
    inTwo: () => printInTwo(plan, desired),
    differences: () => describePlan(plan),
    countChanges: () => countChanges(plan),
  }
}

/** Leads to the table from any state; without one, to no table. */
export function scriptForWholeTable(desired: Ruleset | undefined): string {
  return printReplacement(desired)
}

export type { GuardName, Objection }
export { guardNames }

export interface GuardInput {
  /** What is enforced; undefined when nothing is. */
  readonly enforced: Ruleset | undefined
  /** What the kernel holds. */
  readonly live: Ruleset | undefined
  /** Without a view where only the table is left of a policy. */
  readonly desired: { readonly ruleset: Ruleset; readonly view: HostView | undefined }
  readonly facts: HostFacts
  readonly logins: readonly Login[]
  /** From 0 to 1. */
  readonly maxRemoved: number
}

export interface GuardReport {
  readonly objections: readonly Objection[]
  /** Logins that could not come back, one line each, whether or not that is objected to. */
  readonly cutLogins: readonly string[]
}

/** Nobody's address is taken for a spoofed one. */
const noNeighbours: Neighbours = { workloads: [], settings: { interfacePrefixes: [] } }

/** What speaks against a valid commit on this host as it is now. */
export function guardChange({ enforced, live, desired, facts, logins, maxRemoved }: GuardInput): GuardReport {
  const { view } = desired
  const surroundings = surroundingsOf(view ?? noNeighbours, facts)
  const allows = (ruleset: Ruleset) => {
    const candidates = candidateRules(ruleset)
    return (packet: Packet) => trace({ ruleset, packet, surroundings, candidates }).verdict === 'allow'
  }
  const sessions = judgeSessions({
    logins,
    facts,
    isAllowedNow: live === undefined ? () => true : allows(live),
    isAllowedThen: allows(desired.ruleset),
  })
  const objections = [
    ...sessions.objections,
    ...massRemoval(enforced, desired.ruleset, maxRemoved),
    ...findBareEndpoints(view === undefined ? bareEndpointsIn(desired.ruleset) : bareEndpointsOf(view), (name) =>
      isBareIn(enforced, name),
    ),
  ]
  return { objections, cutLogins: sessions.cut }
}

/** Everything is counted only where much may have gone. */
function massRemoval(before: Ruleset | undefined, after: Ruleset, maxRemoved: number): readonly Objection[] {
  const kinds = extraordinary(mostLost(before, after))
  return kinds.length === 0 ? [] : findMassRemoval(extentOf(before, kinds), extentOf(after, kinds), maxRemoved)
}

/** Of each live connection: whether a new table denies it and the one before it allowed it. To be asked one by one: there may be many. */
export function connectionJudge(change: TableChange): (flow: Flow) => FlowFate {
  return judgeChange(change)
}

export type { ImportedRepository }

/** Another firewall's exports -> a policy repository; a text says which file cannot be read, and why. */
export function importPolicy(input: Omit<ImportInput, 'check'>): ImportedRepository | string {
  return importFiles({ ...input, check: (file) => readPolicy([asFile(file)]).diagnostics })
}

/** As it will lie in the repository. */
export function asFile({ path, text }: { readonly path: string; readonly text: string }): RepositoryFile {
  return { path, type: 'file', contentId: text, bytes: new TextEncoder().encode(text) }
}
