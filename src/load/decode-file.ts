/** Turns the bytes of one repository file into text, or says why they are none. */

import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import type { Source } from '../diagnostic/source.ts'
import type { RepositoryFile } from '../repository/revision.ts'

export interface DecodedFile {
  readonly source: Source
  readonly diagnostics: readonly Diagnostic[]
}

const maxBytes = 8 * 1024 * 1024

/**
 * A byte order mark is dropped. With diagnostics the text is a best effort (or empty), good only for recognising which
 * documents the file was meant to hold.
 */
export function decodeFile(file: RepositoryFile): DecodedFile {
  const unreadable = whyUnreadable(file)
  if (unreadable !== undefined) {
    const source = { path: file.path, text: '' }
    return {
      source,
      diagnostics: [diagnose(unreadable.code, { message: unreadable.message, span: { source, start: 0, end: 0 } })],
    }
  }
  const text = decodeUtf8(file.bytes)
  const source = { path: file.path, text: text ?? new TextDecoder('utf-8').decode(file.bytes) }
  const fault = text === undefined ? badEncoding(file, source) : findControl(source)
  return { source, diagnostics: fault === undefined ? [] : [fault] }
}

const lfsStart = new TextEncoder().encode('version https://git-lfs.github.com/')

function whyUnreadable(
  file: RepositoryFile,
): { readonly code: 'file-type' | 'file-too-large'; readonly message: string } | undefined {
  if (file.type === 'symlink') {
    const target = JSON.stringify(new TextDecoder().decode(file.bytes.subarray(0, 200)))
    return { code: 'file-type', message: `the file is a symbolic link to ${target}: put the file itself here` }
  }
  if (file.type === 'submodule')
    return { code: 'file-type', message: 'this is a git submodule: put the files themselves here' }
  if (file.bytes.length > maxBytes) {
    const size = (file.bytes.length / 1024 / 1024).toFixed(1)
    return {
      code: 'file-too-large',
      message: `the file has ${size} MiB: at most 8 MiB are read, split it into several files`,
    }
  }
  if (lfsStart.every((byte, index) => file.bytes[index] === byte)) {
    return { code: 'file-type', message: 'the file is a Git LFS pointer: store policy files in git itself' }
  }
  return undefined
}

const strictly = new TextDecoder('utf-8', { fatal: true })

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strictly.decode(bytes)
  } catch {
    // a TypeError is the decoder's only way to say no
    return undefined
  }
}

function badEncoding(file: RepositoryFile, source: Source): Diagnostic {
  const [first, second] = file.bytes
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  const start = isUtf16 ? 0 : Math.max(0, source.text.indexOf('\ufffd'))
  const message = isUtf16
    ? 'the file is encoded as UTF-16: save it as UTF-8'
    : 'a byte here is not UTF-8: save the file as UTF-8'
  return diagnose('file-encoding', { message, span: { source, start, end: start + 1 } })
}

/** Control characters and those that reorder text on a screen, by which a review could see something else than is enforced. */
const hidden = /(?![\t\n\r])\p{Cc}|[\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff]/u

function findControl(source: Source): Diagnostic | undefined {
  const start = source.text.search(hidden)
  if (start === -1) return undefined
  const code = (source.text.codePointAt(start) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  const message = `the file holds the invisible character U+${code}: remove it`
  return diagnose('file-encoding', { message, span: { source, start, end: start + 1 } })
}
