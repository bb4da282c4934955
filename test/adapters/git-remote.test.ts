import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { gitFailure, printForeign, readGitRemote } from '../../src/adapters/git-remote.ts'

const test = suite('adapters/git-remote')

test('readGitRemote() tells apart how a repository is reached', () => {
  const types = {
    'https://git.example.org/x.git': 'http',
    'http://127.0.0.1:80/x.git': 'http',
    'ssh://git@git.example.org:22/x.git': 'ssh',
    'git@git.example.org:net/x.git': 'ssh',
    'git@git.example.org:/srv/x.git': 'ssh',
    'file:///srv/x.git': 'local',
    '/srv/a@b:x.git': 'local',
  }
  for (const [url, type] of Object.entries(types)) assert.is(readGitRemote(url).type, type, url)
})

test('readGitRemote() refuses passwords, users of http, and what could be an option or a program', () => {
  for (const url of [
    'https://a:b@h/x',
    'https://a@h/x',
    'ssh://a:b@h/x',
    'ext::sh -c id',
    '--upload-pack=id',
    'x.git',
    '',
    'git://h/x',
  ]) {
    assert.throws(() => readGitRemote(url), /^cannot fetch from /)
  }
})

test('readGitRemote() names a remote without user and query', () => {
  assert.is(readGitRemote('https://git.example.org:8443/x.git?private=1').name, 'https://git.example.org:8443/x.git')
  assert.is(readGitRemote('ssh://ada@git.example.org/x.git').name, 'ssh://git.example.org/x.git')
})

test('gitFailure() gives one line, also around what a server says', () => {
  const { message } = gitFailure('git-unreachable', { name: 'x', reason: printForeign(' a\r\n\u001b[2Jb\u202e ') })
  assert.is(message, 'cannot fetch from "x": a [2Jb')
})

test.run()
