import { RequestError } from '../core/errors.ts'
import { isStreamName } from '../hub/stream-name.ts'

/** @throws {RequestError} If no stream can have that name. */
export function checkedName(name: string): string {
  if (isStreamName(name)) return name
  throw new RequestError(400, 'Cannot read this stream: 1 to 8 segments of A-Z a-z 0-9 _ . ~ - make a name')
}
