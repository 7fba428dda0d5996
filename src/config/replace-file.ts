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
  await writeWhole(place, text, mode)
}

/**
 * The same for a file that may not be there yet, and is no link.
 *
 * @param mode Who may do what with it.
 * @throws the system's error if that cannot be done; then what was there is as it was.
 */
export async function writeWhole(path: string, text: string, mode: number): Promise<void> {
  const partial = `${path}.partial`
  try {
    await writeThrough(partial, text, mode)
    await rename(partial, path)
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined)
    throw error
  }
  await syncFolder(dirname(path))
}

/** So that the new name survives a loss of power too. Windows cannot, and need not. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  await using folder = await open(path)
  await folder.sync()
}

async function writeThrough(path: string, text: string, mode: number): Promise<void> {
  await using file = await open(path, 'w', mode)
  await file.chmod(mode)
  await file.writeFile(text)
  await file.sync()
}
