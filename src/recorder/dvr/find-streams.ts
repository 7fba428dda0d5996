import { join } from 'node:path'
import { type DvrDisk, list } from './dvr-disk.ts'

/** Where the hours of a stream are, in the folder of its name. No segment of a name can be this. */
export const dvrFolder = '@dvr'
/** Segments of a name. */
export const deepest = 8

/** The folder for the hours of a stream. */
export function folderOf(root: string, stream: string): string {
  return join(root, stream, dvrFolder)
}

/** The names of the streams that have such a folder. */
export async function findStreams(disk: DvrDisk, root: string, name = '', depth = 0): Promise<readonly string[]> {
  const entries = (await list(disk, join(root, name))).filter(entry => entry.isDirectory())
  const found = entries.some(entry => entry.name === dvrFolder) && name !== '' ? [name] : []
  if (depth === deepest) return found
  const inner = entries
    .filter(entry => entry.name !== dvrFolder)
    .map(entry => findStreams(disk, root, name === '' ? entry.name : `${name}/${entry.name}`, depth + 1))
  return [...found, ...(await Promise.all(inner)).flat()]
}
