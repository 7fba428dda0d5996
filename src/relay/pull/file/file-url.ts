import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UrlError } from '../../../core/errors.ts'

/** A file that is a stream's source. */
export type FileUrl = {
  /** Absolute, or seen from the working folder. */
  readonly path: string
  /** True if it begins again at its end. */
  readonly loops: boolean
  /** Without the folder. */
  readonly shown: string
}

/**
 * `file:///PATH[?loop=true]`, percent-encoded as URLs are, or a plain path that begins with `/`, `./` or `../`.
 *
 * @throws {UrlError}
 */
export function parseFileUrl(text: string): FileUrl {
  const cut = text.lastIndexOf('?')
  const [location, query] = cut === -1 ? [text, ''] : [text.slice(0, cut), text.slice(cut + 1)]
  const path = /^file:/i.test(location) ? pathOfUrl(location) : location
  if (path.endsWith('/') || path.includes('\0')) throw new UrlError('Cannot use the path: it must name a file')
  return { path, loops: parseLoop(query), shown: `file:…/${basename(path)}` }
}

function pathOfUrl(text: string): string {
  try {
    return fileURLToPath(text)
  } catch (cause) {
    throw new UrlError('Cannot use the URL: it must have the form file:///PATH[?loop=true]', { cause })
  }
}

function parseLoop(query: string): boolean {
  let loops = false
  for (const [name, value] of new URLSearchParams(query)) {
    if (name !== 'loop') throw new UrlError(`Cannot use the file: its one parameter is loop, is ${name}`)
    if (value !== 'true' && value !== 'false')
      throw new UrlError(`Cannot use the file: loop is true or false, is ${value}`)
    loops = value === 'true'
  }
  return loops
}
