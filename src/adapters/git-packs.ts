/** Reads the objects of a repository from its packs: much faster than the library, which unpacks in JavaScript. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { applyDelta } from './git-delta.ts'
import { inflate, readEntry } from './git-pack-entry.ts'
import { findOffset } from './git-pack-index.ts'

export interface Packs {
  /** Undefined when it is not there or cannot be read. The caller checks that the bytes hash to the id. */
  find(oid: string): Buffer | undefined
}

/** Of one object: what is larger the library may read. */
const maxBytes = 64 * 1024 * 1024
/** git makes no more than 50, the library none; whoever makes more, or a circle, is not followed. */
const maxDeltas = 1000
/** Of what deltas were applied to, for the next ones. */
const maxKeptBytes = 32 * 1024 * 1024

/** It keeps whole packs, each from when an object is first found in it. */
export function openPacks(gitdir: string): Packs {
  const folder = join(gitdir, 'objects', 'pack')
  const packs = listIndices(folder).map((name) => new Pack(join(folder, name.slice(0, -'.idx'.length))))
  return {
    find(oid) {
      const id = Buffer.from(oid, 'hex')
      for (const pack of packs) {
        const found = pack.find(id)
        if (found !== undefined) return found
      }
      return undefined
    },
  }
}

function listIndices(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.idx'))
  } catch {
    return []
  }
}

class Pack {
  /** Without its ending. */
  private readonly path: string
  private index: Buffer | undefined
  private bytes: Buffer | undefined
  /** By offset: objects are packed as changes of one another. */
  private readonly kept = new Map<number, Buffer>()
  private keptBytes = 0

  constructor(path: string) {
    this.path = path
  }

  find(id: Buffer): Buffer | undefined {
    this.index ??= readWhole(`${this.path}.idx`)
    const offset = findOffset(this.index, id)
    return offset === undefined ? undefined : this.read(offset)
  }

  private read(offset: number): Buffer | undefined {
    const deltas: { readonly at: number; readonly bytes: Buffer }[] = []
    let at = offset
    let object = this.kept.get(at)
    while (object === undefined) {
      const unpacked = this.unpack(at)
      if (unpacked === undefined || deltas.length > maxDeltas) return undefined
      const { base, bytes } = unpacked
      if (base === undefined) object = this.keep(at, bytes)
      else {
        deltas.push({ at, bytes })
        at = base
        object = this.kept.get(at)
      }
    }
    for (const delta of deltas.reverse()) {
      const made = applyDelta(object, delta.bytes, maxBytes)
      if (made === undefined) return undefined
      object = this.keep(delta.at, made)
    }
    return object
  }

  /** A whole object, or a delta with the offset of its base. */
  private unpack(at: number): { readonly base: number | undefined; readonly bytes: Buffer } | undefined {
    this.bytes ??= readWhole(`${this.path}.pack`)
    const { base, sizeBytes, contentStart } = readEntry(this.bytes, at)
    if (sizeBytes > maxBytes) return undefined
    const bytes = inflate(this.bytes.subarray(contentStart), sizeBytes)?.bytes
    if (bytes === undefined) return undefined
    if (typeof base !== 'string') return { base, bytes }
    const offset = findOffset(this.index ?? nothing, Buffer.from(base, 'hex'))
    return offset === undefined ? undefined : { base: offset, bytes }
  }

  private keep(at: number, object: Buffer): Buffer {
    if (this.keptBytes > maxKeptBytes) {
      this.kept.clear()
      this.keptBytes = 0
    }
    this.kept.set(at, object)
    this.keptBytes += object.length
    return object
  }
}

const nothing = Buffer.alloc(0)

/** Nothing when it is not there any more. */
function readWhole(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch {
    return nothing
  }
}
