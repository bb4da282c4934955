import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { followRedirect } from '../../src/adapters/git-http-redirect.ts'

const test = suite('adapters/git-http-redirect')

function follow(url: string, location: string | undefined, options: { status?: number; method?: string } = {}) {
  const message = new IncomingMessage(new Socket())
  message.statusCode = options.status ?? 301
  if (location !== undefined) message.headers.location = location
  return followRedirect(message, { method: options.method ?? 'GET', target: new URL(url), name: 'x' })
}

const refs = '/info/refs?service=git-upload-pack'

test('followRedirect() moves the repository within its server, or from http to https', () => {
  assert.is(follow(`https://h/old${refs}`, `/new${refs}`)?.base, 'https://h/new')
  assert.is(follow(`http://h/x${refs}`, `https://h/x${refs}`)?.base, 'https://h/x')
  assert.is(follow(`https://h/x${refs}`, undefined, { status: 200 }), undefined)
})

test('followRedirect() refuses another server, a way back to http, and what is no git', () => {
  const from = `https://h/x${refs}`
  for (const to of [
    `https://other/x${refs}`,
    `https://h:8443/x${refs}`,
    `http://h/x${refs}`,
    '/login',
    'http://[',
    undefined,
  ]) {
    assert.throws(() => follow(from, to), /the server redirects to/)
  }
})

test('followRedirect() never takes over credentials from an address', () => {
  assert.is(follow(`https://h/x${refs}`, `https://a:b@h/y${refs}`)?.target.href, `https://h/y${refs}`)
})

test('followRedirect() repeats a POST only where it stays one', () => {
  const post = 'https://h/x/git-upload-pack'
  assert.is(follow(post, '/y/git-upload-pack', { status: 308, method: 'POST' })?.base, undefined)
  assert.throws(() => follow(post, '/y/git-upload-pack', { status: 302, method: 'POST' }), /a question with 302/)
})

test.run()
