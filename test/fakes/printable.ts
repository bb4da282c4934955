/** A table as it is given to whoever writes it, in no file yet. */

import type { LastGood, PrintableTable } from '../../src/reconcile/ports.ts'

export function printable({ revision, script }: LastGood): PrintableTable & Pick<LastGood, 'revision'> {
  return { revision, script: () => script, file: undefined }
}
