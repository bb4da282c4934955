/** Prints documents as YAML for people: short lists on one line, a remark above the thing it is about. */

import { Document, isMap, isScalar, isSeq, visit, type YAMLMap } from 'yaml'

/** The key under which a mapping carries the lines of a remark about itself. */
export const remark = '#'

const flowing: ReadonlySet<string> = new Set(['ports', 'notPorts', 'types', 'icmp', 'notICMP', 'labels'])

/** Ends with a line break. What it prints reads back as the same values, without the remarks. */
export function printYaml(documents: readonly object[]): string {
  return documents.map(printDocument).join('---\n')
}

function printDocument(value: object): string {
  const document = new Document(value, { aliasDuplicateObjects: false })
  visit(document, {
    Pair(_, { key, value: node }) {
      const name = isScalar(key) ? String(key.value) : ''
      if (!isSeq(node) && !isMap(node)) return
      if (flowing.has(name) || ((name === 'nets' || name === 'notNets') && node.items.length <= 3)) node.flow = true
    },
    Map(_, node) {
      takeRemark(node)
    },
  })
  return document.toString({ lineWidth: 0, flowCollectionPadding: false })
}

function takeRemark(node: YAMLMap): void {
  const text = node.get(remark)
  if (typeof text !== 'string') return
  node.delete(remark)
  node.commentBefore = text
    .split('\n')
    .map((line) => ` ${line}`)
    .join('\n')
}
