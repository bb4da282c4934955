/** A map that is made when somebody first asks for it: of a large table most compilations are never asked. */

export class LazyMap<V> implements ReadonlyMap<string, V> {
  private readonly make: () => ReadonlyMap<string, V>
  private made: ReadonlyMap<string, V> | undefined

  constructor(make: () => ReadonlyMap<string, V>) {
    this.make = make
  }

  private get whole(): ReadonlyMap<string, V> {
    this.made ??= this.make()
    return this.made
  }

  get size(): number {
    return this.whole.size
  }

  get(key: string): V | undefined {
    return this.whole.get(key)
  }

  has(key: string): boolean {
    return this.whole.has(key)
  }

  forEach(visit: (value: V, key: string, map: ReadonlyMap<string, V>) => void): void {
    for (const [key, value] of this.whole) visit(value, key, this)
  }

  entries(): MapIterator<[string, V]> {
    return this.whole.entries()
  }

  keys(): MapIterator<string> {
    return this.whole.keys()
  }

  values(): MapIterator<V> {
    return this.whole.values()
  }

  [Symbol.iterator](): MapIterator<[string, V]> {
    return this.whole.entries()
  }
}
