/** Notes on two revisions beside flows: what ends when. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isSameAccess } from '../../src/access/access-difference.ts'
import { compareAccess } from '../../src/pipeline/compare-access.ts'
import { readPolicy } from '../../src/pipeline.ts'
import { filesOf } from '../fakes/plain-document.ts'
import { resultOf } from '../fakes/result-of.ts'

const test = suite('revision-notes')
const endpoint = {
  apiVersion: 'projectcalico.org/v3',
  kind: 'HostEndpoint',
  metadata: { name: 'e', labels: { role: 'web' } },
  spec: { node: 'h1', interfaceName: 'eth0' },
}

function open(expires?: string) {
  const metadata = expires === undefined ? {} : { metadata: { annotations: { 'rampart/expires': expires } } }
  const rule = { action: 'Allow', protocol: 'TCP', destination: { ports: [80] }, ...metadata }
  const spec = { selector: "role == 'web'", ingress: [rule] }
  const policy = { apiVersion: 'projectcalico.org/v3', kind: 'GlobalNetworkPolicy', metadata: { name: 'web' }, spec }
  return readPolicy(filesOf([endpoint, policy])).value
}

const compare = (base: string | undefined, head: string | undefined, moment: string) =>
  resultOf(compareAccess({ base: open(base), head: open(head), host: undefined, moment: new Date(moment) }))

test('revisionNotes() tells that what is open gets an end, another one, or none', () => {
  const notes = (base: string | undefined, head: string | undefined) =>
    compare(base, head, '2030-01-01T00:00:00Z').notes.map(({ text }) => text)
  const [soon, later] = ['2030-01-31T18:00:00Z', '2030-02-28T19:00:00+01:00']
  const web = 'GlobalNetworkPolicy/web ingress[0] ends'
  assert.equal(notes(undefined, soon), [`${web} at 2030-01-31T18:00:00Z (before: never)`])
  assert.equal(notes(soon, later), [`${web} at 2030-02-28T18:00:00Z (before: 2030-01-31T18:00:00Z)`])
  assert.equal(notes(soon, undefined), [`${web} no more (before: 2030-01-31T18:00:00Z)`])
  assert.equal(notes(soon, soon), [])
})

test('compareAccess() compares what is in force at the moment, and says of it until when', () => {
  const before = compare('2030-01-31T18:00:00Z', '2030-02-28T18:00:00Z', '2030-01-31T17:59:59Z')
  assert.equal([before.flows.length, isSameAccess(before)], [0, false])
  const after = compare('2030-01-31T18:00:00Z', '2030-02-28T18:00:00Z', '2030-01-31T18:00:00Z')
  assert.equal(
    after.flows.map(({ effect, after: now }) => [effect, now.text]),
    [['gains', 'GlobalNetworkPolicy/web ingress[0], until 2030-02-28T18:00:00Z']],
  )
})

test.run()
