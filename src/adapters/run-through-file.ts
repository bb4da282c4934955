/**
 * A program whose output goes through a file without a name: nft writes a listing in pieces of a few bytes, each of which would wake us
 * at the other end of a pipe.
 */

import { randomUUID } from 'node:crypto'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Command, type CommandResult, runCommand } from './command.ts'

/**
 * As runCommand(), which it falls back upon where there is no room for the file.
 * @param isWhole whether an output is all that the program had to say: nft does not tell when it could not write
 */
export async function runThroughFile(command: Command, isWhole: (stdout: string) => boolean): Promise<CommandResult> {
  const file = await openNamelessFile()
  if (file === undefined) return await runCommand(command)
  try {
    const result = await runCommand({ ...command, outputTo: file.fd })
    if (result.end === 'timed-out' || (result.end === 'exited' && result.exitCode !== 0)) return result
    const stdout = await readFromStart(file)
    if (result.end === 'exited' && isWhole(stdout)) return { ...result, stdout }
  } finally {
    await file.close()
  }
  return await runCommand(command)
}

async function openNamelessFile(): Promise<FileHandle | undefined> {
  const path = join(tmpdir(), `rampart-output-${randomUUID()}`)
  try {
    const file = await open(path, 'wx+', 0o600)
    await unlink(path)
    return file
  } catch {
    return undefined
  }
}

/** The program that wrote has moved the one position that the file has. */
async function readFromStart(file: FileHandle): Promise<string> {
  const { size } = await file.stat()
  const bytes = Buffer.allocUnsafe(size)
  let length = 0
  while (length < size) {
    const { bytesRead } = await file.read(bytes, length, size - length, length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return bytes.toString('utf8', 0, length)
}
