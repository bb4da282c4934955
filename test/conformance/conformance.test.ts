/** Every fact of the corpus that this folder can ask holds, or deviates for a reason that is written down. */

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { skipLoudly } from '../fakes/skip.ts'
import { checkCorpus } from './check-corpus.ts'
import { corpusFolder } from './corpus.ts'

if (corpusFolder === undefined) {
  skipLoudly('RAMPART_CONFORMANCE_DIR is not set: the facts about whole hosts are not checked')
} else {
  for (const { file, passed, failed, needless } of checkCorpus()) {
    test(`checkCorpus() finds no fact that fails when it asks ${file}`, () => {
      assert.ok(passed > 0, `no fact of ${file} was asked`)
      assert.equal(failed, [])
      assert.equal(needless, [], 'no longer deviations')
    })
  }
}

test.run()
