import { open, readFile, rename } from 'node:fs/promises'

/** Everything before `position` is done with, and what stands at the positions of `done`. */
export type SavedCursor = { readonly position: number; readonly done: readonly number[] }

export type SavedCursors = ReadonlyMap<string, SavedCursor>

/** Where each hook stands in the journal, in a file that is replaced as a whole. */
export class CursorFile {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  /** Empty if there is no such file; `undefined` if it cannot be read, or is not what was written. */
  async read(): Promise<SavedCursors | undefined> {
    try {
      return parseCursors(await readFile(this.#path, 'utf8'))
    } catch (error) {
      return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? new Map() : undefined
    }
  }

  /** @throws the system's error. */
  async write(cursors: SavedCursors): Promise<void> {
    const partial = `${this.#path}.part`
    const file = await open(partial, 'w', 0o600)
    try {
      await file.writeFile(`${JSON.stringify(Object.fromEntries(cursors))}\n`)
      await file.datasync()
    } finally {
      await file.close()
    }
    await rename(partial, this.#path)
  }
}

export function parseCursors(text: string): SavedCursors | undefined {
  try {
    const json: unknown = JSON.parse(text)
    if (typeof json !== 'object' || json === null) return undefined
    const entries = Object.entries(json)
    return entries.every((entry): entry is [string, SavedCursor] => isCursor(entry[1])) ? new Map(entries) : undefined
  } catch {
    return undefined
  }
}

function isCursor(value: unknown): value is SavedCursor {
  if (typeof value !== 'object' || value === null || !('position' in value) || !('done' in value)) return false
  return isPosition(value.position) && Array.isArray(value.done) && value.done.every(isPosition)
}

function isPosition(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
