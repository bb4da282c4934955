/** `npm run build`: src/cli/main.ts and every package it needs -> dist/, which runs with Node alone. */

import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { chdir, pid } from 'node:process'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { bundleSources, contentHash } from './content-hash.mjs'
import { collectLicenses } from './licenses.mjs'

const target = 'dist'

// A CommonJS package inside an ES module still calls require() for Node's own modules
const banner = `import { createRequire as __createRequire } from 'node:module'
const require = __createRequire(import.meta.url)`

chdir(fileURLToPath(new URL('../..', import.meta.url)))
const hash = contentHash(bundleSources)
const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
const { metafile, outputFiles } = await build({
  entryPoints: { rampart: 'src/cli/main.ts' },
  outdir: target,
  bundle: true,
  // A command's code and its packages are loaded when it is called, so that --version stays fast
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  banner: { js: banner },
  define: { BUNDLED_VERSION: JSON.stringify(version) },
  metafile: true,
  write: false,
  logLevel: 'error',
})

// Built aside and renamed, so that whoever starts the program meanwhile finds it whole
const aside = `${target}.new-${pid}`
const old = `${target}.old-${pid}`
for (const { path, contents } of outputFiles) {
  const isEntry = basename(path) === 'rampart.js'
  write(
    path.replace(join(process.cwd(), target), aside),
    isEntry ? `#!/usr/bin/env node\n${Buffer.from(contents)}` : contents,
    isEntry,
  )
}
write(join(aside, 'LICENSES.txt'), collectLicenses(Object.keys(metafile.inputs)), false)
write(join(aside, '.source-hash'), hash, false)
try {
  renameSync(target, old)
} catch (error) {
  if (error.code !== 'ENOENT') throw error
}
renameSync(aside, target)
rmSync(old, { recursive: true, force: true })

function write(path, content, executable) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content, { mode: executable ? 0o755 : 0o644 })
}
