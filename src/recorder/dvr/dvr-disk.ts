import { appendFile, mkdir, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What is needed of the disk. A narrow port, so that tests can fill one up. */
export type DvrDisk = {
  readonly mkdir: (path: string, options: { readonly recursive: true }) => Promise<unknown>
  readonly readdir: (path: string, options: { readonly withFileTypes: true }) => Promise<readonly DirectoryEntry[]>
  readonly readFile: (path: string) => Promise<Uint8Array>
  readonly writeFile: (path: string, bytes: Uint8Array) => Promise<void>
  readonly appendFile: (path: string, bytes: Uint8Array) => Promise<void>
  readonly truncate: (path: string, size: number) => Promise<void>
  readonly rename: (from: string, to: string) => Promise<void>
  readonly rm: (path: string, options: { readonly recursive: true; readonly force: true }) => Promise<void>
  readonly stat: (path: string) => Promise<{ readonly size: number }>
}

export type DirectoryEntry = { readonly name: string; isDirectory(): boolean }

export const machineDvrDisk: DvrDisk = { mkdir, readdir, readFile, writeFile, appendFile, truncate, rename, rm, stat }

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

async function unlessMissing<Value, Missing>(value: Promise<Value>, missing: Missing): Promise<Value | Missing> {
  try {
    return await value
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return missing
    throw error
  }
}
