/** The little of XML that firewalld writes: elements with attributes. Text between them is not kept. */

import type { Source, Span } from '../diagnostic/source.ts'

export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly Element[]
  /** Between its tags, for elements without children. */
  readonly text: string
  readonly span: Span
}

interface Open extends Element {
  readonly children: Element[]
  readonly from: number
}

const tag =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\w[^>]*>|<(\/)?([\w:-]+)((?:\s+[\w:-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/)?>/g

/** A text says what is wrong. */
export function readXml(source: Source): Element | string {
  const stack: Open[] = []
  let from = 0
  for (const match of source.text.matchAll(tag)) {
    if (source.text.slice(from, match.index).includes('<')) break
    from = match.index + match[0].length
    const [, closing, name, attributes = '', selfClosing] = match
    if (name === undefined) continue
    if (closing === undefined) {
      const span = { source, start: match.index, end: from }
      const element = { name, attributes: attributesOf(attributes), children: [], text: '', span, from }
      stack.at(-1)?.children.push(element)
      stack.push(element)
      if (selfClosing === undefined) continue
    }
    const open = stack.pop()
    if (open?.name !== name) return `</${name}> closes nothing`
    const parent = stack.at(-1)
    const done = {
      ...open,
      text: selfClosing === undefined ? readEntities(source.text.slice(open.from, match.index).trim()) : '',
    }
    if (parent === undefined) return done
    parent.children[parent.children.length - 1] = done
  }
  const broken = source.text.indexOf('<', from)
  if (broken !== -1) return `"${source.text.slice(broken, broken + 30).split('\n')[0]}" is no tag`
  return stack.length === 0 ? 'it holds no element' : `<${stack.at(-1)?.name}> is not closed`
}

function attributesOf(text: string): Readonly<Record<string, string>> {
  const found = [...text.matchAll(/([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)]
  return Object.fromEntries(found.map(([, name = '', double, single]) => [name, readEntities(double ?? single ?? '')]))
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

function readEntities(text: string): string {
  return text.replaceAll(/&(\w+);/g, (whole, name: string) => entities[name] ?? whole)
}

export function childrenOf({ children }: Element, ...names: readonly string[]): readonly Element[] {
  return children.filter(({ name }) => names.includes(name))
}
