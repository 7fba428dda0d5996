import { FileError } from '../../core/errors.ts'
import { type Container, containerOf } from '../../formats/container.ts'

/**
 * The container of a file that begins so.
 *
 * @param name Of the file, for people.
 * @throws {FileError} If it is none that we know.
 */
export function knownContainer(head: Uint8Array, name: string): Container {
  const container = containerOf(head)
  if (container !== undefined) return container
  throw new FileError(`Cannot read ${name}: it must be FLV, Matroska, WebM, MP4 or MPEG-TS, begins like none of them`)
}
