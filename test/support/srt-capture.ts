import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../scripts/project.mjs'

/** One packet between libsrt and libsrt. */
export type CapturedPacket = {
  readonly from: 'caller' | 'listener'
  readonly at: number
  readonly bytes: Uint8Array
}

const programs = {
  publish: 'ffmpeg-7.1',
  'publish-aes256': 'ffmpeg-7.1',
  'wrong-passphrase': 'ffmpeg-7.1',
  rendezvous: 'srt-live-transmit-1.5.4',
  'rendezvous-aes192': 'srt-live-transmit-1.5.4',
  'rendezvous-wrong-passphrase': 'srt-live-transmit-1.5.4',
} as const

export type SrtCapture = keyof typeof programs

/** The packets of a capture of src/protocols/srt/fixtures, with times in microseconds. */
export function readSrtCapture(name: SrtCapture): readonly CapturedPacket[] {
  const file = join(projectRoot, 'src', 'protocols', 'srt', 'fixtures', `${programs[name]}-${name}.txt`)
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
