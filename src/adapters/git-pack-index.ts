/**
 * Where the objects of a pack lie: git's index, version 2.
 *
 *     magic, version, how many ids begin with at most 00 ... ff, the ids in order, checksums, offsets of 4 bytes, those of 8, trailer
 */

const magic = 'ff744f6300000002'
const tableStart = 8
const idsStart = tableStart + 256 * 4
const idBytes = 20

/** @param id the bytes of an object id. Undefined when it is not there or the index makes no sense. */
export function findOffset(index: Buffer, id: Buffer): number | undefined {
  if (index.length < idsStart || index.toString('hex', 0, tableStart) !== magic) return undefined
  const [first = 0] = id
  const count = index.readUInt32BE(tableStart + 255 * 4)
  const end = idsStart + count * (idBytes + 4 + 4)
  if (end > index.length) return undefined
  const upTo = (byte: number) => Math.min(count, byte < 0 ? 0 : index.readUInt32BE(tableStart + byte * 4))
  const at = findId(index, id, { low: upTo(first - 1), high: upTo(first) })
  if (at === undefined) return undefined
  const offset = index.readUInt32BE(end - (count - at) * 4)
  if (offset < 0x8000_0000) return offset
  const large = end + (offset - 0x8000_0000) * 8
  return large + 8 > index.length ? undefined : Number(index.readBigUInt64BE(large))
}

function findId(index: Buffer, id: Buffer, range: { readonly low: number; readonly high: number }): number | undefined {
  let { low, high } = range
  while (low < high) {
    const middle = (low + high) >> 1
    const start = idsStart + middle * idBytes
    const order = index.compare(id, 0, idBytes, start, start + idBytes)
    if (order === 0) return middle
    if (order < 0) low = middle + 1
    else high = middle
  }
  return undefined
}
