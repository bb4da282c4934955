/** Changes of a host, interface by interface -> each once, with all the interfaces where it happens. */

import type { AccessChange, Way } from './access-change.ts'
import { causeKey } from './reason.ts'

/** In the order in which they come first. */
export function mergeWays(changes: readonly AccessChange[]): readonly AccessChange[] {
  const received = joined(changes, {
    keyOf: ({ way }) => way.type,
    join: (a, b) => (a.type === 'received' && b.type === 'received' ? { ...a, on: [...a.on, ...b.on] } : undefined),
  })
  const sent = joined(received, {
    keyOf: ({ way }) => way.type,
    join: (a, b) => (a.type === 'sent' && b.type === 'sent' ? { ...a, by: [...a.by, ...b.by] } : undefined),
  })
  const toMany = joined(sent, {
    keyOf: ({ way }) => (way.type === 'forwarded' ? `from ${way.from}` : way.type),
    join: (a, b) => (isForwarded(a) && isForwarded(b) ? { ...a, to: [...a.to, ...b.to] } : undefined),
  })
  return joined(toMany, {
    keyOf: ({ way }) => (way.type === 'forwarded' ? `to ${way.to}` : `${way.type}`),
    join: (a, b) => (isForwarded(a) && isForwarded(b) ? { ...a, from: [...a.from, ...b.from] } : undefined),
  })
}

/** Equal for changes that differ in nothing but their interfaces. */
export function changeKey({ effect, rewriting, isFromOwnAddresses, packets, before, after }: AccessChange): string {
  return `${effect} ${rewriting} ${isFromOwnAddresses} ${packets} ${causeKey(before)} -> ${causeKey(after)}`
}

interface Joint {
  readonly keyOf: (change: AccessChange) => string
  /** Undefined when they stay apart. */
  readonly join: (a: Way, b: Way) => Way | undefined
}

function joined(changes: readonly AccessChange[], { keyOf, join }: Joint): readonly AccessChange[] {
  const kept: AccessChange[] = []
  const places = new Map<string, number>()
  for (const change of changes) {
    const key = `${keyOf(change)} ${changeKey(change)}`
    const place = places.get(key)
    const known = place === undefined ? undefined : kept[place]
    const way = known === undefined ? undefined : join(known.way, change.way)
    if (place !== undefined && known !== undefined && way !== undefined) kept[place] = { ...known, way }
    else {
      places.set(key, kept.length)
      kept.push(change)
    }
  }
  return kept
}

function isForwarded(way: Way): way is Extract<Way, { readonly type: 'forwarded' }> {
  return way.type === 'forwarded'
}
