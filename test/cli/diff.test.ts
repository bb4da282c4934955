import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { rampart } from '../fakes/command-line.ts'
import { officeSet, policyFolder, temporaryFolder, webEndpoint, webPolicy } from '../fakes/policy-folder.ts'

const test = suite('diff')

const repository = policyFolder({
  'fw/web.yaml': webEndpoint,
  'fw/policy.yaml': webPolicy(443),
  'fw/office.yaml': officeSet,
})
const folder = join(repository, 'fw')
git('init', '--quiet', '--initial-branch=main')
commit('first')
git('branch', 'before')
write('policy.yaml', webPolicy(8443))
commit('another port')

test('diff tells who gains and who loses access, by which line, and exits 2', async () => {
  const { code, out, err } = await rampart('diff', 'before', 'main', '--repo', folder)
  assert.equal([code, err], [2, ''])
  assert.match(out, /^1 flow gains access, 1 loses it, on 1 host\nbefore \([0-9a-f]{10}\) -> main \([0-9a-f]{10}\)\n/)
  assert.match(out, '  received on eth0\n  + tcp 8443\n      was denied: no ingress policy of tier default allows it\n')
  assert.match(out, '      now allowed: GlobalNetworkPolicy/web ingress[0] (policy.yaml:7)\n')
  assert.match(out, '  - tcp 443\n      was allowed: GlobalNetworkPolicy/web ingress[0] (policy.yaml:7)\n')
})

test('diff without HEAD takes the working tree as validate sees it, files that git does not know included', async () => {
  const { code, out } = await rampart('diff', 'main', '--repo', folder)
  assert.equal([code, out.split('\n')[0]], [0, 'the same access on 1 host'])
  write('.gitignore', 'new.yaml\n')
  write('new.yaml', webPolicy(9000).replace('name: web', 'name: more'))
  const changed = await rampart('diff', 'main', '--repo', folder, '--format', 'json')
  git('clean', '--quiet', '--force', '-dx')
  const { flows, version, same } = JSON.parse(changed.out) as {
    readonly version: number
    readonly same: boolean
    readonly flows: readonly {
      readonly packets: readonly string[]
      readonly after: { readonly file: string; readonly line: number }
    }[]
  }
  assert.equal([changed.code, version, same, flows.length], [2, 1, false, 1])
  assert.equal(flows[0]?.packets, ['tcp 9000'])
  assert.equal([flows[0]?.after.file, flows[0]?.after.line], ['new.yaml', 7])
})

test('diff prints the same comment every time, without the names of revisions', async () => {
  const words = ['diff', 'before', 'main', '--repo', folder, '--format', 'markdown']
  const [first, second] = [await rampart(...words), await rampart(...words)]
  assert.is(first.out, second.out)
  assert.match(first.out, /^### Access: 1 flow gains access, 1 loses it, on 1 host\n/)
  assert.not.match(first.out, git('rev-parse', 'main').slice(0, 10))
})

test('diff exits 1 on what is missing or not valid, and says which', async () => {
  const missing = await rampart('diff', 'nobody', '--repo', folder)
  assert.equal([missing.code, missing.out], [1, ''])
  assert.match(missing.err, 'there is no revision "nobody"')
  assert.is((await rampart('diff', 'main', '--repo', temporaryFolder())).code, 1)
  write('policy.yaml', webPolicy(443).replace('ports', 'port'))
  const bad = await rampart('diff', 'main', '--repo', folder)
  git('checkout', '--quiet', 'main', '--', '.')
  assert.equal([bad.code, bad.out], [1, ''])
  assert.match(bad.err, /policy\.yaml:7:52: error\[unknown-field\].*working tree is not valid policy/s)
})

test('diff exits 64 on a host that neither revision has, and on a remote repository without HEAD', async () => {
  const host = await rampart('diff', 'main', '--repo', folder, '--host', 'web-9')
  assert.equal([host.code, host.err], [64, 'no endpoint belongs to the host "web-9": did you mean "web-1"?\n'])
  const remote = await rampart('diff', 'main', '--repo', 'https://127.0.0.1:1/firewall.git')
  assert.equal([remote.code, /no working tree: give BASE and HEAD/.test(remote.err)], [64, true])
})

test('diff notes hosts that come and go, and what nothing governs any more', async () => {
  write('web.yaml', webEndpoint.replaceAll('web-1', 'web-2'))
  const moved = await rampart('diff', 'main', '--repo', folder)
  write('web.yaml', webEndpoint.replace('eth0, expected', 'eth1, expected'))
  const renamed = await rampart('diff', 'main', '--repo', folder)
  git('checkout', '--quiet', 'main', '--', '.')
  assert.is(moved.code, 2)
  assert.match(moved.out, '  web-1: no endpoint of it is left, nothing governs it any more\n  web-2: new here')
  assert.match(renamed.out, 'web-1: eth0 is governed by nobody any more, and passes everything\n')
  assert.match(renamed.out, 'web-1: eth1 is governed now, and denies what no policy allows\n')
})

test('diff of another repository takes two of its branches', async () => {
  const { code, out } = await rampart('diff', 'before', 'main', '--repo', `file://${repository}`)
  assert.is(code, 2, out)
  assert.match(out, 'tcp 8443')
  const { code: usage, err } = await rampart('diff', 'before', '--repo', `file://${repository}`)
  assert.is(usage, 64)
  assert.match(err, 'give BASE and HEAD')
})

function write(path: string, text: string): void {
  writeFileSync(join(folder, path), text)
}

function commit(message: string): void {
  git('add', '.')
  git('commit', '--quiet', `--message=${message}`)
}

function git(...words: readonly string[]): string {
  const person = ['-c', 'user.name=somebody', '-c', 'user.email=somebody@example.org', '-c', 'commit.gpgSign=false']
  return execFileSync('git', [...person, ...words], { cwd: repository, encoding: 'utf8' })
}

test.run()
