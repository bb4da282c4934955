/** A line of an nft listing as words: quoted strings, braces, commas, and everything between blanks. */

/** A cursor over the words of a line; reading past what was expected marks it failed. */
export class Words {
  failed = false
  private at = 0
  private readonly words: readonly string[]

  constructor(line: string) {
    this.words = line.match(/"[^"]*"|[{},]|[^\s{},"]+/g) ?? []
  }

  atEnd(): boolean {
    return this.at >= this.words.length
  }

  next(): string {
    const word = this.words[this.at++]
    if (word === undefined) this.failed = true
    return word ?? ''
  }

  take(...expected: readonly string[]): boolean {
    if (!expected.every((word, offset) => this.words[this.at + offset] === word)) return false
    this.at += expected.length
    return true
  }

  /** A word in double quotes, without them. */
  quoted(): string {
    const word = this.next()
    if (!/^".*"$/.test(word)) this.failed = true
    return word.slice(1, -1)
  }

  /** `a`, or `{ a, b }`; each item is the words up to the comma. */
  list(): readonly string[] {
    if (!this.take('{')) return [this.next()]
    return this.separated('}')
  }

  /** Items up to the closing word, which is taken. */
  private separated(close: string): readonly string[] {
    const items: string[] = []
    let item: string[] = []
    for (;;) {
      const word = this.next()
      if (this.failed) return items
      if (word === ',' || word === close) {
        items.push(item.join(' '))
        item = []
        if (word === close) return items
      } else item.push(word)
    }
  }

  commaList(): readonly string[] {
    const items = [this.next()]
    while (this.take(',')) items.push(this.next())
    return items
  }
}
