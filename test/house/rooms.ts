/** The plan of the house: which rooms there are and which others each may import. src/README.md says it in words. */

/** Data, its reader, its printer, its laws. A noun imports those before it. */
const nouns: readonly string[] = [
  'diagnostic',
  'net',
  'packet',
  'packet-set',
  'flow',
  'schema',
  'repository',
  'selector',
  'document',
  'policy',
  'host',
  'ruleset',
]

/** Pure functions from one noun to the next. Verbs import nouns, never one another. */
const verbs: readonly string[] = [
  'load',
  'validate',
  'resolve',
  'compile',
  'diff',
  'explain',
  'lint',
  'access',
  'guard',
  'import',
  'doctor',
]

/** Rooms without await, clock or I/O. */
export const pureRooms: readonly string[] = [...nouns, ...verbs, 'pipeline']

const shell: Readonly<Record<string, readonly string[]>> = {
  pipeline: [...nouns, ...verbs],
  reconcile: [...nouns, 'pipeline'],
  adapters: [...nouns, 'reconcile'],
  agent: [...nouns, ...verbs, 'pipeline', 'reconcile', 'adapters'],
  demo: [...nouns, 'reconcile', 'adapters'],
  cli: [...nouns, ...verbs, 'pipeline', 'reconcile', 'adapters', 'agent', 'demo'],
  build: ['schema'],
}

/** Rooms that may be imported for their types alone. */
const typesOnly: Readonly<Record<string, readonly string[]>> = { adapters: ['pipeline'] }

export function isRoom(room: string): boolean {
  return doorsOf(room) !== undefined
}

/** Whether code in one room may import from another. A room may always import from itself. */
export function mayImport(from: string, to: string, isTypeOnly: boolean): boolean {
  if (from === to || doorsOf(from)?.includes(to)) return true
  return isTypeOnly && (typesOnly[from]?.includes(to) ?? false)
}

function doorsOf(room: string): readonly string[] | undefined {
  const rank = nouns.indexOf(room)
  // ruleset/ speaks nftables only: it does not know that Calico exists
  if (room === 'ruleset') return ['diagnostic', 'net']
  if (rank !== -1) return nouns.slice(0, rank)
  return verbs.includes(room) ? nouns : shell[room]
}
