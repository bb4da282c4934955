/** The nodes of a decision diagram, each once: typed arrays that grow, and a hash table of open addresses over them. */

const firstCapacity = 1 << 12
/** Greater than every level. */
const endLevel = 0x7fffffff

export class NodeTable {
  private levels = new Int32Array(firstCapacity)
  private lows = new Int32Array(firstCapacity)
  private highs = new Int32Array(firstCapacity)
  /** Node numbers; 0, which is never looked up, stands for a free place. */
  private slots = new Int32Array(firstCapacity * 2)
  private count = 2

  constructor() {
    this.levels[0] = endLevel
    this.levels[1] = endLevel
  }

  get size(): number {
    return this.count
  }

  levelOf(node: number): number {
    return this.levels[node] ?? endLevel
  }

  lowOf(node: number): number {
    return this.lows[node] ?? 0
  }

  highOf(node: number): number {
    return this.highs[node] ?? 0
  }

  /** The node with these branches, made when there is none. */
  find(level: number, low: number, high: number): number {
    if (this.count === this.levels.length) this.grow()
    const mask = this.slots.length - 1
    let slot = hash(level, low, high) & mask
    for (;;) {
      const node = this.slots[slot] ?? 0
      if (node === 0) break
      if (this.levels[node] === level && this.lows[node] === low && this.highs[node] === high) return node
      slot = (slot + 1) & mask
    }
    const made = this.count++
    this.levels[made] = level
    this.lows[made] = low
    this.highs[made] = high
    this.slots[slot] = made
    return made
  }

  private grow(): void {
    this.levels = doubled(this.levels)
    this.lows = doubled(this.lows)
    this.highs = doubled(this.highs)
    this.slots = new Int32Array(this.levels.length * 2)
    const mask = this.slots.length - 1
    for (let node = 2; node < this.count; node++) {
      let slot = hash(this.levelOf(node), this.lowOf(node), this.highOf(node)) & mask
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask
      this.slots[slot] = node
    }
  }
}

function doubled(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const next = new Int32Array(array.length * 2)
  next.set(array)
  return next
}

/** Mixes three numbers so that neighbours land far apart. */
export function hash(a: number, b: number, c: number): number {
  const mixed = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35)
  const folded = Math.imul(mixed ^ (mixed >>> 15), 0x27d4eb2f)
  return folded ^ (folded >>> 13)
}
