import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../scripts/project.mjs'

/** One packet between libsrt and libsrt. */
export type CapturedPacket = {
  readonly from: 'caller' | 'listener'
  readonly at: number
  readonly bytes: Uint8Array
}

export type SrtCapture = 'publish' | 'publish-aes256' | 'wrong-passphrase'

/** The packets of a capture of src/protocols/srt/fixtures, with times in microseconds. */
export function readSrtCapture(name: SrtCapture): readonly CapturedPacket[] {
  const file = join(projectRoot, 'src', 'protocols', 'srt', 'fixtures', `ffmpeg-7.1-${name}.txt`)
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  return lines.map(line => {
    const [side, ms, hex = ''] = line.split(' ')
    return {
      from: side === '>' ? 'caller' : 'listener',
      at: Math.round(Number(ms) * 1000),
      bytes: Buffer.from(hex, 'hex'),
    }
  })
}
