/** A process of its own that fetches once, to be killed by a test: `fetch-policy.ts URL FOLDER`. */

import { openGitRepository } from '../../src/adapters/git-repository.ts'
import { configure } from './git-lab.ts'

const [, , url = '', folder = ''] = process.argv
await openGitRepository({ configuration: configure(url), folder }).fetch(new AbortController().signal)
