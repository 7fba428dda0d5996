import { SrtClient } from '../clients/srt/srt-client.ts'
import type { Milliseconds } from '../core/units.ts'
import { SessionTicker } from '../protocols/srt/session-ticker.ts'
import { parseSrtUrl } from '../protocols/srt/srt-url.ts'
import type { CommandIo } from './command-io.ts'

const connectTimeout: Milliseconds = 10_000

/** True for a URL that SRT is spoken to. */
export function isSrtUrl(url: string): boolean {
  return /^srt:/i.test(url)
}

/** Connect to an SRT peer; Ctrl-C breaks it off. @throws {ServerError} */
export function connectSrt(url: string, { clock, signal }: Pick<CommandIo, 'clock' | 'signal'>): Promise<SrtClient> {
  return SrtClient.connect(parseSrtUrl(url), { clock, signal, ticker: new SessionTicker(clock), connectTimeout })
}
