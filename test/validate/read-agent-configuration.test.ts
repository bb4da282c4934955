/** The agent's configuration: defaults, relative paths, and what is refused. */

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readAgentConfiguration } from '../../src/validate/read-agent-configuration.ts'
import { printPlain } from './policy-files.ts'

const read = (body: string) =>
  readAgentConfiguration({
    source: { path: 'agent.yaml', text: `apiVersion: rampart/v1\nkind: AgentConfiguration\n${body}` },
    folder: '/etc/rampart',
    defaultNode: 'gw-1',
  })
const faults = (body: string) =>
  read(body).diagnostics.map((diagnostic) => printPlain(diagnostic).replace('agent.yaml:', ''))
const url = 'repository: {url: https://git.example.org/fw.git}\n'
const withRepository = (fields: string) => `repository: {url: https://git.example.org/fw.git, ${fields}}\n`

const byPlace = (a: string, b: string): number => {
  const place = (line: string) => line.split(' ')[0]?.split(':').map(Number) ?? []
  return (place(a)[0] ?? 0) - (place(b)[0] ?? 0) || (place(a)[1] ?? 0) - (place(b)[1] ?? 0)
}

test('readAgentConfiguration() fills in the defaults of interface.md', () => {
  const { value, diagnostics } = read(url)
  assert.equal(diagnostics, [])
  assert.equal(value, {
    node: 'gw-1',
    repository: {
      url: 'https://git.example.org/fw.git',
      branch: 'main',
      path: '.',
      username: 'rampart',
      tokenFile: undefined,
      caFile: undefined,
      clientCertFile: undefined,
      clientKeyFile: undefined,
      sshKeyFile: undefined,
      knownHostsFile: undefined,
      timeoutMs: 30_000,
      maxBytes: 64 * 1024 * 1024,
    },
    trust: undefined,
    schedule: '* * * * *',
    splayMs: 30_000,
    webhook: undefined,
    apply: {
      confirmTimeoutMs: 60_000,
      confirmAfterMs: 10_000,
      requireConfirm: false,
      probes: [{ type: 'repository' }],
      maxRemoved: 0.5,
      protectLiveSessions: true,
      firstActivationDelayMs: 5_000,
      endsDeniedConnections: true,
      allowTrailers: false,
    },
    failsafes: 'minimal',
    driftIntervalMs: 180_000,
    observe: undefined,
    logLevel: 'info',
    stateDir: '/var/lib/rampart',
  })
})

test('readAgentConfiguration() reads durations, sizes, addresses and paths relative to the file', () => {
  const { value, diagnostics } = read(
    `${withRepository('tokenFile: token, caFile: /ca.pem, timeout: 2m, maxBytes: 1Gi')}webhook: {listen: "[::1]:9477", secretFile: ../s}\nobserve: {listen: 127.0.0.1:9478}\nstateDir: state\nsplay: 0s\napply: {firstActivationDelay: 0s, endDeniedConnections: false}\n`,
  )
  assert.equal(diagnostics, [])
  assert.equal(
    [value?.repository.tokenFile, value?.repository.caFile, value?.stateDir],
    ['/etc/rampart/token', '/ca.pem', '/etc/rampart/state'],
  )
  assert.equal([value?.repository.timeoutMs, value?.repository.maxBytes, value?.splayMs], [120_000, 1024 ** 3, 0])
  assert.equal([value?.apply.firstActivationDelayMs, value?.apply.endsDeniedConnections], [0, false])
  assert.equal(value?.webhook, { listen: { host: '::1', port: 9477 }, provider: 'github', secretFile: '/etc/s' })
  assert.equal(value?.observe, { host: '127.0.0.1', port: 9478 })
})

test('readAgentConfiguration() accepts https, ssh and loopback http remotes and refuses others with the reason', () => {
  const why = (remote: string) =>
    faults(`repository: {url: "${remote}"}\n`).map((line) => line.split(': ').slice(1).join(': '))
  for (const good of [
    'https://git.example.org:8443/a/b.git',
    'ssh://git@host/a',
    'git@host.example:a/b.git',
    'http://127.0.0.1:80/a',
    'http://localhost/a',
    'http://[::1]/a',
  ]) {
    assert.equal(why(good), [], good)
  }
  assert.equal(why('http://git.example.org/a'), [
    'anybody on the way could change the policy over plain http: use https:// or ssh://, or have commits signed (trust)',
  ])
  assert.equal(why('https://me:secret@git.example.org/a'), [
    'it holds a password: put the secret in a file and name it as tokenFile or sshKeyFile',
  ])
  assert.equal(why('https://token@git.example.org/a'), ['it holds a user name: write it as repository.username'])
  assert.equal(why('file:///srv/fw'), ['file:// is not supported: use https:// or ssh://'])
  assert.equal(why('git.example.org/a'), ['write https://host/path, ssh://user@host/path or user@host:path'])
})

test('readAgentConfiguration() reads trust, with every signature and no rewind as the defaults', () => {
  const { value } = read(`${url}trust: {allowedSignersFile: allowed_signers}\n`)
  assert.equal(value?.trust, {
    require: 'all',
    allowedSignersFile: '/etc/rampart/allowed_signers',
    pgpKeysFile: undefined,
    allowRewind: false,
  })
  const { value: other } = read(`${url}trust: {require: head, pgpKeysFile: /keys.asc, allowRewind: true}\n`)
  assert.equal(other?.trust, {
    require: 'head',
    allowedSignersFile: undefined,
    pgpKeysFile: '/keys.asc',
    allowRewind: true,
  })
  assert.equal(faults(`${url}trust: {require: tip, pgpKeysFile: "", allowRewind: 1}\n`), [
    '4:18 invalid-value trust.require is "tip": it must be head or all',
    '4:53 wrong-type trust.allowRewind is the number 1: it must be true or false',
  ])
  assert.equal(faults(`${url}trust: {pgpKeysFile: ""}\n`), [
    '4:22 invalid-value trust.pgpKeysFile is empty: name a file, or remove the field',
  ])
})

test('readAgentConfiguration() accepts plain http for signed commits alone, and never with a token', () => {
  const plain = (more: string) => `repository: {url: "http://git.example.org/a"${more}}\n`
  const trust = 'trust: {allowedSignersFile: x}\n'
  assert.equal(faults(plain('') + trust), [])
  const readable = ['anybody on the way could read the token over plain http: use https://']
  const why = (text: string) => faults(text).map((line) => line.split(': ').slice(1).join(': '))
  assert.equal(why(plain(', tokenFile: t') + trust), readable)
  assert.equal(why(plain(', tokenFile: t')), readable)
})

test('readAgentConfiguration() never repeats a secret of the URL', () => {
  assert.not.match(faults('repository: {url: "https://me:secret@git.example.org/a"}\n').join(), 'secret@')
})

test('readAgentConfiguration() refuses schedules that the agent could not follow', () => {
  for (const good of ['*/5 * * * *', '0 4 * * mon-fri', '0,30 8-18/2 1 jan,jul *', '0 0 29 2 *', '0 0 30 2 1']) {
    assert.equal(faults(`${url}schedule: "${good}"\n`), [], good)
  }
  for (const bad of [
    '* * * *',
    '* * * * * *',
    '60 * * * *',
    '5-1 * * * *',
    '@hourly',
    '*/0 * * * *',
    '0 0 30 2 *',
    '0 0 31 4,6 *',
  ]) {
    assert.is(faults(`${url}schedule: "${bad}"\n`).length, 1, bad)
  }
})

test('readAgentConfiguration() says what is wrong, where, and all of it at once', () => {
  assert.equal(
    faults(
      'repository: {branch: -x, path: ../up, timeout: 30, maxBytes: 64MB}\ntrust: {}\nschedul: x\nlogLevel: INFO\nsplay: 90\nnode: GW\n',
    ),
    [
      '3:1 missing-field repository lacks the field "url": it is required',
      '4:1 missing-field trust names no keys, so no commit could be believed: give allowedSignersFile, pgpKeysFile or both',
      '5:1 unknown-field unknown field "schedul" in the AgentConfiguration: did you mean "schedule"?',
      '3:48 wrong-type repository.timeout is 30 without a unit: write 30s for seconds',
      '7:8 wrong-type splay is 90 without a unit: write 90s for seconds',
      '6:11 invalid-value logLevel is "INFO": did you mean "info"?',
      '8:7 invalid-value node is "GW": use lower-case letters, digits, "-" and ".", as "gw"',
      '3:22 invalid-value repository.branch is "-x": write the name of a branch without refs/heads/, as main',
      '3:32 invalid-value repository.path is "../up": write a folder inside the repository, as hosts/policies',
      '3:62 invalid-value repository.maxBytes cannot be read: write a number of bytes, or one with Ki, Mi or Gi, as 64Mi',
    ].sort(byPlace),
  )
})

test('readAgentConfiguration() refuses half a client certificate and a webhook without an address', () => {
  assert.equal(faults(withRepository('clientKeyFile: k')), [
    '3:51 missing-field clientKeyFile is given without clientCertFile: a client certificate needs both',
  ])
  assert.equal(faults(`${url}webhook: {secretFile: s}\n`), [
    '4:1 missing-field webhook lacks the field "listen": it is required',
  ])
  assert.equal(faults(`${url}observe: {listen: ":9478"}\n`), [
    '4:19 invalid-value observe.listen cannot be read: name the address too: 127.0.0.1:9478 for this host alone, 0.0.0.0:9478 for everybody',
  ])
})

test('readAgentConfiguration() refuses an empty file, two documents and a list', () => {
  const codes = (text: string) =>
    readAgentConfiguration({ source: { path: 'agent.yaml', text }, folder: '/', defaultNode: 'n' }).diagnostics.map(
      ({ code }) => code,
    )
  assert.equal(
    [codes(''), codes('a: 1\n---\nb: 2\n'), codes('- a\n')],
    [['configuration-syntax'], ['configuration-syntax'], ['configuration-syntax']],
  )
  assert.equal(
    codes('apiVersion: projectcalico.org/v3\nkind: AgentConfiguration\nrepository: {url: "https://a/b"}\n'),
    ['invalid-value'],
  )
})

test.run()
