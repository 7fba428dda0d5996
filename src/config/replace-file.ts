import { open, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Put another text into a file that is there, as a whole or not at all, and onto the disk. Where links lead to it, they
 * stay.
 *
 * @throws the system's error if that cannot be done; then the file is as it was.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const place = await realpath(path)
  const { mode } = await stat(place)
  const partial = `${place}.partial`
  try {
    await writeThrough(partial, text, mode)
    await rename(partial, place)
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined)
    throw error
  }
  await using folder = await open(dirname(place))
  await folder.sync()
}

async function writeThrough(path: string, text: string, mode: number): Promise<void> {
  await using file = await open(path, 'w', mode)
  await file.chmod(mode)
  await file.writeFile(text)
  await file.sync()
}
