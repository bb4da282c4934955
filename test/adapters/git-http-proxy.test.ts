import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { findProxy, isLoopback } from '../../src/adapters/git-http-proxy.ts'

const test = suite('adapters/git-http-proxy')

const proxyOf = (url: string, environment: Record<string, string>) => findProxy(new URL(url), environment)?.href

test('findProxy() takes the variable of the scheme, in lower case first', () => {
  const environment = { HTTPS_PROXY: 'http://a:1', HTTP_PROXY: 'http://b:2', http_proxy: 'c:3' }
  assert.is(proxyOf('https://git.example.org/x', environment), 'http://a:1/')
  assert.is(proxyOf('http://git.example.org/x', environment), 'http://c:3/')
  assert.is(proxyOf('https://git.example.org/x', {}), undefined)
})

test('findProxy() obeys NO_PROXY by name, subdomain and port, and never leaves this machine by a proxy', () => {
  const through = (url: string, list: string) =>
    proxyOf(url, { HTTPS_PROXY: 'http://a:1', NO_PROXY: list }) !== undefined
  assert.not.ok(through('https://git.example.org/x', 'other, example.org'))
  assert.not.ok(through('https://git.example.org/x', '.example.org'))
  assert.not.ok(through('https://git.example.org/x', '*.Example.org'))
  assert.not.ok(through('https://git.example.org/x', '*'))
  assert.not.ok(through('https://git.example.org/x', 'git.example.org:443'))
  assert.not.ok(through('https://192.0.2.7/x', '192.0.2.7'))
  assert.not.ok(through('https://[2001:db8::1]/x', '2001:db8::1'))
  assert.ok(through('https://git.example.org/x', 'git.example.org:8443'))
  assert.ok(through('https://badexample.org/x', 'example.org'))
  assert.ok(through('https://git.example.org/x', ''))
  assert.not.ok(through('https://localhost/x', ''))
})

test('isLoopback() knows this machine by name and address, and nothing that looks like it', () => {
  const yes = ['http://localhost', 'http://127.0.0.1', 'http://127.1', 'http://[::1]:80']
  const no = ['http://localhost.example.org', 'http://127.example.org', 'http://128.0.0.1', 'http://[::2]']
  assert.ok(yes.every((url) => isLoopback(new URL(url))))
  assert.not.ok(no.some((url) => isLoopback(new URL(url))))
})

test.run()
