import type { HttpShortcut } from '../contracts/http-routes.ts'
import { credentialsOf } from './credentials-suffix.ts'
import { FileAnswers } from './file-answer.ts'
import { parseSegmentFile, type SegmentFile } from './file-name.ts'
import type { PackagerDoor } from './packager-door.ts'
import type { Rendition } from './rendition.ts'
import type { SegmentEncryption } from './segment-encryption.ts'
import { AwaitedPart, cipherFor, isExposed, isNext, longestWait, missing, protocolOf } from './segment-request.ts'
import { formOf } from './stream-form.ts'
import { pathOf } from './url-parts.ts'

/**
 * Initialisation segments, segments and parts in memory, in whole, for viewers who were let in before; and the part that
 * comes next. Everything else is left to routes: other viewers, ranges, what is kept on disk or still being made, and what
 * may not be sent in the clear.
 */
export function segmentShortcut(door: PackagerDoor, encryption: SegmentEncryption): HttpShortcut {
  const answers = new FileAnswers()
  return request => {
    const path = pathOf(request.url)
    const slash = path.lastIndexOf('/')
    const file = parseSegmentFile(path.slice(slash + 1))
    if (file === undefined || request.headers.range !== undefined) return false
    const stream = path.slice(1, slash)
    const visit = { request, stream, protocol: protocolOf(file), isPiece: true, credentials: credentialsOf(request) }
    const { session, packager } = door.known(visit, formOf(file.rendition)) ?? {}
    const rendition = packager?.find(file.rendition)
    const cipher = cipherFor(encryption, stream, file)
    if (session === undefined || rendition === undefined || cipher === 'unknown') return false
    const answer = (bytes: Uint8Array): void => request.answer(session.sends(answers.of(file, cipher.whole(bytes))))
    const there = find(rendition, file)
    if (there !== undefined) {
      if (isExposed(file, rendition)) return false
      answer(there)
      return true
    }
    if (file.type !== 'part' || !isNext(rendition, file.number)) return false
    const part = new AwaitedPart(rendition, file)
    const tell = (): void => {
      const { bytes } = part
      if (bytes === undefined || isExposed(file, rendition)) return request.refuse(missing(path))
      answer(bytes)
    }
    door.callWhen({ request, rendition, longest: longestWait }, () => part.isSettled, tell)
    return true
  }
}

function find(rendition: Rendition, file: SegmentFile): Uint8Array | undefined {
  switch (file.type) {
    case 'init':
      return rendition.initOf(file.period)
    case 'segment':
      return rendition.find(file.number)?.bytes
    case 'time':
      return rendition.findAt(file.time)?.bytes
    case 'part':
      return rendition.find(file.number)?.parts[file.part]?.bytes
  }
}
