/** Markdown -> what a reader will follow or type: links, files named in code spans, command lines in blocks. */

export interface Mention {
  readonly line: number
  readonly text: string
}

/** Targets of links and images as written, without `#fragment`; web addresses and pure fragments are left out. */
export function relativeLinks(markdown: string): readonly Mention[] {
  return outsideBlocks(markdown).flatMap(({ line, text }) =>
    [...text.matchAll(/\]\(([^)\s]+)[^)]*\)/g)]
      .map(([, target = '']) => ({ line, text: target.replace(/#.*$/, '') }))
      .filter(({ text: target }) => target !== '' && !/^[a-z]+:/.test(target)),
  )
}

/** Code spans that look like a file or a folder of the project: relative, with a known ending or a slash at the end. */
export function namedFiles(markdown: string): readonly Mention[] {
  return outsideBlocks(markdown).flatMap(({ line, text }) =>
    [...text.matchAll(/`([\w.-]+(?:\/[\w.-]+)*(?:\.(?:ts|mjs|js|md|json|yaml|yml|service|path|sh)|\/))`/g)].map(
      ([, name = '']) => ({
        line,
        text: name,
      }),
    ),
  )
}

/** Commands in `bash`, `sh` and `console` blocks, continued lines joined; in a console block those after a prompt. */
export function commandLines(markdown: string): readonly Mention[] {
  const found: Mention[] = []
  let language: string | undefined
  for (const { line, text } of joinContinued(markdown)) {
    const fence = /^\s*```(\w*)/.exec(text)
    if (fence !== null) {
      language = language === undefined ? (fence[1] ?? '') : undefined
    } else if (language === 'bash' || language === 'sh') {
      found.push({ line, text: text.trim() })
    } else if (language === 'console' && /^\s*[$#] /.test(text)) {
      found.push({ line, text: text.trim().slice(2) })
    }
  }
  return found
}

/** The text of each `yaml` block, and the line of its fence. */
export function yamlBlocks(markdown: string): readonly Mention[] {
  return [...markdown.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(({ index, 1: text = '' }) => ({
    line: markdown.slice(0, index).split('\n').length,
    text,
  }))
}

/** The words after `rampart` of every call of it in a command line: quotes removed, redirections and comments cut off. */
export function rampartCalls(commandLine: string): readonly (readonly string[])[] {
  return splitCommands(commandLine).flatMap((words) => {
    const at = words.findIndex((word) => !isPrefix(word))
    return /^(?:.*\/)?rampart(?:\.js)?$/.test(words[at] ?? '') ? [words.slice(at + 1)] : []
  })
}

const shellWord = /'([^']*)'|"([^"]*)"|(&&|\|\||\d?>+|[|;&])|(#.*$)|((?:[^\s'"|;&>=]|=(?:"[^"]*"|'[^']*')?)+)/g

/** The simple commands of a line, as words; what follows a redirection counts as one of its own. */
function splitCommands(commandLine: string): readonly (readonly string[])[] {
  const commands: string[][] = [[]]
  for (const [, single, double, operator, comment, bare] of commandLine.matchAll(shellWord)) {
    if (comment !== undefined) break
    const word = single ?? double ?? bare
    if (operator !== undefined) commands.push([])
    else if (word !== undefined) commands.at(-1)?.push(word)
  }
  return commands
}

function isPrefix(word: string): boolean {
  return /^(?:sudo|npx|node|time|exec|env|\w+=.*)$/.test(word)
}

function outsideBlocks(markdown: string): readonly Mention[] {
  let isInside = false
  return markdown.split('\n').flatMap((text, at) => {
    const isFence = /^\s*```/.test(text)
    if (isFence) isInside = !isInside
    return isFence || isInside ? [] : [{ line: at + 1, text }]
  })
}

function joinContinued(markdown: string): readonly Mention[] {
  const joined: Mention[] = []
  for (const [at, text] of markdown.split('\n').entries()) {
    const last = joined.at(-1)
    if (last?.text.endsWith('\\'))
      joined[joined.length - 1] = { line: last.line, text: `${last.text.slice(0, -1).trimEnd()} ${text.trim()}` }
    else joined.push({ line: at + 1, text })
  }
  return joined
}
