import { type FileHandle, open } from 'node:fs/promises'
import { rotatedLog } from '../../offline/log-file.ts'
import { CommandFailed } from '../errors.ts'
import { type LineSplitter, splitLines } from './line-splitter.ts'

/** Reads a log file that is appended to, and rotated, meanwhile. */
export type LogCursor = {
  /**
   * The lines that were completed since the last call, in groups. A call must have ended before the next one. Throws
   * CommandFailed, naming the file, when it cannot be read.
   */
  read(): AsyncIterable<readonly string[]>
  close(): Promise<void>
}

const chunkBytes = 256 * 1024

/** A file that is kept open remains the same one when it is renamed, and its inode is not reused. */
type OpenFile = {
  readonly path: string
  readonly handle: FileHandle
  readonly inode: bigint
  lines: LineSplitter
  offset: number
}

/** A cursor before everything in the log and its older file, or behind it. A file that does not exist counts as empty. */
export async function openLogCursor(file: string, from: 'beginning' | 'end'): Promise<LogCursor> {
  let current = from === 'end' ? await openFile(file) : null
  if (current) current.offset = (await current.handle.stat()).size

  return {
    async *read() {
      if (current) yield* readOn(current)
      const latest = await openFile(file)
      if (!latest) return
      if (latest.inode === current?.inode) return void (await latest.handle.close())
      // Rotated: what was written before that, then the file of a rotation in between.
      if (current) yield* readOn(current)
      const older = await openFile(rotatedLog(file))
      if (older && older.inode !== current?.inode && older.inode !== latest.inode) yield* readOn(older)
      await older?.handle.close()
      await current?.handle.close()
      current = latest
      yield* readOn(current)
    },
    async close() {
      await current?.handle.close()
      current = null
    },
  }
}

async function* readOn(file: OpenFile): AsyncGenerator<readonly string[]> {
  if ((await file.handle.stat()).size < file.offset) {
    // Somebody has emptied it.
    file.offset = 0
    file.lines = splitLines()
  }
  const buffer = Buffer.allocUnsafe(chunkBytes)
  for (;;) {
    const { bytesRead } = await orUnreadable(file.path, () =>
      file.handle.read(buffer, 0, chunkBytes, file.offset),
    )
    if (bytesRead === 0) return
    file.offset += bytesRead
    yield file.lines.push(buffer.subarray(0, bytesRead))
  }
}

async function openFile(path: string): Promise<OpenFile | null> {
  return orUnreadable(path, async () => {
    const handle = await openIfThere(path)
    if (!handle) return null
    const { ino } = await handle.stat({ bigint: true })
    return { path, handle, inode: ino, lines: splitLines(), offset: 0 }
  })
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

async function orUnreadable<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw new CommandFailed(`${path} cannot be read (${(cause as NodeJS.ErrnoException).code})`, {
      cause,
    })
  }
}
