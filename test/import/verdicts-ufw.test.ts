/** Real packets past what ufw loads, and past the policy imported from iptables-save: each meets the same verdict. */

import { suite } from 'uvu'
import { kernelAvailable } from '../fakes/kernel.ts'
import { programExists } from '../fakes/program-exists.ts'
import { skipLoudly } from '../fakes/skip.ts'
import { webServer } from './subjects.ts'
import { assertSameVerdicts } from './verdict-lab.ts'

const test = suite('import: ufw')

test(`importPolicy() of ${webServer.name} treats packets as the original does`, () => {
  assertSameVerdicts(webServer)
})

const available = kernelAvailable()
if (!available.ok) skipLoudly(available.reason)
else if (programExists('iptables-nft-restore')) test.run()
else skipLoudly('there is no iptables-nft-restore (package iptables) to load what ufw wrote')
