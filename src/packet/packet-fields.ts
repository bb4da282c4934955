/** The `key=value` words of one packet, read key by key; collects what is wrong and what had to be assumed. */

import { nearestName } from '../diagnostic/nearest-name.ts'
import { type PacketKey, packetKeys } from './packet-words.ts'

/** How a value is read, and the words for what would be right. */
export interface ValueForm<T> {
  readonly read: (text: string) => T | undefined
  readonly right: string
}

export class PacketFields {
  readonly faults: string[] = []
  /** Words, as somebody would have written them. */
  readonly assumed: string[] = []
  private readonly values = new Map<PacketKey, string>()

  constructor(words: readonly string[]) {
    for (const word of words) this.take(word)
  }

  has(key: PacketKey): boolean {
    return this.values.has(key)
  }

  /** Undefined when it is not given, or is wrong, which is then among the faults. */
  read<T>(key: PacketKey, form: ValueForm<T>): T | undefined {
    const text = this.values.get(key)
    if (text === undefined) return undefined
    const value = form.read(text)
    if (value === undefined) this.fault(`${key} is "${text}": ${form.right}`)
    return value
  }

  assume<T extends string | number>(key: PacketKey, value: T): T {
    this.assumed.push(`${key}=${value}`)
    return value
  }

  fault(message: string): void {
    this.faults.push(message)
  }

  /** Faults for those of the keys that are given. */
  refuse(keys: readonly PacketKey[], why: string): void {
    for (const key of keys) if (this.has(key)) this.fault(`${key} is "${this.values.get(key)}", but ${why}`)
  }

  private take(word: string): void {
    const equals = word.indexOf('=')
    if (equals === -1) {
      this.fault(`"${word}" is no key=value word: write for example iif=eth0 or dport=443`)
      return
    }
    const [name, value] = [word.slice(0, equals), word.slice(equals + 1)]
    const key = packetKeys.find((known) => known === name)
    if (key === undefined) {
      const nearest = nearestName(name, packetKeys)
      const right = nearest === undefined ? `the keys are ${packetKeys.join(', ')}` : `did you mean "${nearest}"?`
      this.fault(`there is no key "${name}" in "${word}": ${right}`)
    } else if (this.has(key))
      this.fault(`${key} is given twice, "${this.values.get(key)}" and "${value}": give it once`)
    else this.values.set(key, value)
  }
}
