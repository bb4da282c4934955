/** What is delivered: the bundle in dist/ (made by the set-up that comes before the tests) and the tarball around it. */

import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { skipLoudly } from '../fakes/skip.ts'

const test = suite('bundle')
const timeout = 30_000

interface Manifest {
  readonly version: string
  readonly dependencies?: Readonly<Record<string, string>>
}

interface Packed {
  readonly filename: string
  /** Bytes of the tarball, and of what a host gets from it. */
  readonly size: number
  readonly unpackedSize: number
  readonly files: readonly { readonly path: string; readonly mode: number }[]
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest

/** npm pack as a user would run it; the tarball is unpacked into a folder without node_modules beside or above it. */
function packInto(folder: string): Packed {
  const json = execFileSync('npm', ['pack', '--json', '--silent', '--pack-destination', folder], {
    encoding: 'utf8',
    timeout,
  })
  const [packed] = JSON.parse(json) as readonly Packed[]
  if (packed === undefined) throw new Error(`npm pack made nothing: ${json}`)
  execFileSync('tar', ['-xzf', join(folder, packed.filename), '-C', folder], { timeout })
  return packed
}

/** Path -> text of a module and of all that is loaded with it. */
function withStaticImports(path: string, seen: Map<string, string>): ReadonlyMap<string, string> {
  if (seen.has(path)) return seen
  const text = readFileSync(path, 'utf8')
  seen.set(path, text)
  for (const [, name] of text.matchAll(/(?:\bfrom|\bimport)"(\.[^"]+)"/g))
    withStaticImports(join(dirname(path), name ?? ''), seen)
  return seen
}

if (existsSync('dist/rampart.js')) {
  test('npm pack makes one tarball that runs alone and brings the licences of what is inside', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rampart-pack-'))
    try {
      const { files } = packInto(folder)
      const paths = files.map((file) => file.path)
      for (const path of ['LICENSE', 'README.md', 'dist/LICENSES.txt', 'package.json', 'systemd/rampart.service']) {
        assert.ok(paths.includes(path), `${path} is not in the tarball`)
      }
      const folders = new Set(paths.filter((path) => path.includes('/')).map((path) => path.split('/')[0]))
      assert.equal([...folders].sort(), ['dist', 'policies', 'schemas', 'systemd'])
      const said = execFileSync(join(folder, 'package/dist/rampart.js'), ['--version'], { encoding: 'utf8', timeout })
      assert.is(said, `${manifest.version}\n`)
      execFileSync(join(folder, 'package/dist/rampart.js'), ['validate', join(folder, 'package/policies')], { timeout })
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('the package stays as small as README says', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rampart-size-'))
    try {
      const { size, unpackedSize } = packInto(folder)
      assert.ok(size < 0.9e6, `a tarball of ${size} bytes`)
      assert.ok(unpackedSize < 4e6, `${unpackedSize} bytes on the host`)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('the bundle starts without the packages that only some commands need', () => {
    const eager = [...withStaticImports('dist/rampart.js', new Map()).values()].join('\n')
    assert.match(eager, /helpInformation/)
    assert.not.match(eager, /parseAllDocuments|isomorphic-git|collectDefaultMetrics/)
  })

  test('the bundle does not hold what is needed to make the schemas', () => {
    assert.not.match(readFileSync('dist/LICENSES.txt', 'utf8'), /^(typebox|esbuild|ajv) \d/m)
  })
} else {
  skipLoudly('bundle: dist/ is not built; npm run setup does it')
}

test('package.json asks for no package at run time, and the lock file names no registry', () => {
  assert.is(manifest.dependencies, undefined)
  assert.not.match(readFileSync('package-lock.json', 'utf8'), /"resolved"/)
})

test.run()
