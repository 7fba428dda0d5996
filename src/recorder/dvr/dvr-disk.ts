import { appendFile, mkdir, open, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { KeptBytes } from '../../contracts/segments.ts'
import { FileError } from '../../core/errors.ts'
import type { Bytes } from '../../core/units.ts'

/** What is needed of the disk. A narrow port, so that tests can fill one up. */
export type DvrDisk = {
  readonly mkdir: (path: string, options: { readonly recursive: true }) => Promise<unknown>
  readonly readdir: (path: string, options: { readonly withFileTypes: true }) => Promise<readonly DirectoryEntry[]>
  readonly readFile: (path: string) => Promise<Uint8Array>
  readonly open: (path: string) => Promise<OpenFile>
  readonly writeFile: (path: string, bytes: Uint8Array) => Promise<void>
  readonly appendFile: (path: string, bytes: Uint8Array) => Promise<void>
  readonly truncate: (path: string, size: number) => Promise<void>
  readonly rename: (from: string, to: string) => Promise<void>
  readonly rm: (path: string, options: { readonly recursive: true; readonly force: true }) => Promise<void>
  readonly stat: (path: string) => Promise<{ readonly size: number }>
}

/** A file that is being read. */
export type OpenFile = {
  read(into: Uint8Array, offset: Bytes, length: Bytes, position: Bytes): Promise<{ readonly bytesRead: Bytes }>
  close(): Promise<void>
}

export type DirectoryEntry = { readonly name: string; isDirectory(): boolean }

export const machineDvrDisk: DvrDisk = {
  ...{ mkdir, readdir, readFile, open, writeFile, appendFile, truncate, rename, rm, stat },
}

/** Of files that are not there as a whole. */
export const partialSuffix = '.part'

/** Write a file that is there as a whole or not at all. @throws the system's error; then it is not there. */
export async function writeWhole(disk: DvrDisk, path: string, bytes: Uint8Array): Promise<void> {
  const partial = `${path}${partialSuffix}`
  try {
    await disk.writeFile(partial, bytes)
    await disk.rename(partial, path)
  } catch (error) {
    await removeAll(disk, partial).catch(() => undefined)
    throw error
  }
}

export async function removeAll(disk: DvrDisk, path: string): Promise<void> {
  await disk.rm(path, { recursive: true, force: true })
}

/** What is in a folder; nothing if it is not there. */
export async function list(disk: DvrDisk, path: string): Promise<readonly DirectoryEntry[]> {
  return unlessMissing(disk.readdir(path, { withFileTypes: true }), [])
}

/** A file as a whole; `undefined` if it is not there. */
export async function read(disk: DvrDisk, folder: string, name: string): Promise<Uint8Array | undefined> {
  return unlessMissing(disk.readFile(join(folder, name)), undefined)
}

/** Of one read. */
const pieceSize: Bytes = 128 * 1024

/** The same, for those who take it piece by piece. */
export async function openFile(disk: DvrDisk, folder: string, name: string): Promise<KeptBytes | undefined> {
  const path = join(folder, name)
  const facts = await unlessMissing(disk.stat(path), undefined)
  return facts && { size: facts.size, read: (start, end) => readPieces(disk, path, start, end) }
}

async function* readPieces(disk: DvrDisk, path: string, start: Bytes, end: Bytes): AsyncGenerator<Uint8Array> {
  const file = await disk.open(path)
  try {
    for (let at = start; at < end; ) {
      const piece = Buffer.allocUnsafeSlow(Math.min(pieceSize, end - at))
      const { bytesRead } = await file.read(piece, 0, piece.length, at)
      if (bytesRead === 0) throw new FileError(`Cannot read ${path}: it must have ${end} bytes, has ${at}`)
      yield piece.subarray(0, bytesRead)
      at += bytesRead
    }
  } finally {
    await file.close()
  }
}

async function unlessMissing<Value, Missing>(value: Promise<Value>, missing: Missing): Promise<Value | Missing> {
  try {
    return await value
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return missing
    throw error
  }
}
