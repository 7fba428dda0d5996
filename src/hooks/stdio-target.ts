import { pino } from 'pino'
import type { StampedEvent } from '../contracts/events.ts'
import { DeliveryError } from './delivery-error.ts'
import { formatEvent } from './event-json.ts'
import { goRtmpEvent, goRtmpVariables } from './go-rtmp-event.ts'
import type { Batch, HookTarget, Receipt } from './hook-target.ts'

export type StdioFormat = 'sluice' | 'go-rtmp' | 'go-rtmp-env'

const descriptors = { stdout: 1, stderr: 2 } as const

/** Bytes that wait for a reader who does not read. */
const maxWaitingBytes = 1 << 20

/** `type: stdio`: each event is a line. Written in the background: a reader who does not read stops nothing. */
export class StdioTarget implements HookTarget {
  readonly shown: string
  readonly maxBatch = 1
  readonly #format: StdioFormat
  readonly #stream
  #isFull = false
  /** What was written is out of our hands. */
  #onDrain = (): void => undefined

  constructor(output: keyof typeof descriptors, format: StdioFormat) {
    this.shown = output
    this.#format = format
    this.#stream = pino.destination({ dest: descriptors[output], sync: false, maxLength: maxWaitingBytes })
    this.#stream.on('drop', () => {
      this.#isFull = true
    })
    this.#stream.on('error', () => {
      this.#isFull = true
    })
    this.#stream.on('drain', () => this.#onDrain())
  }

  accepts(): boolean {
    return true
  }

  async deliver([event]: Batch, signal: AbortSignal): Promise<Receipt> {
    this.#isFull = false
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#onDrain = resolve
    signal.addEventListener('abort', () => resolve())
    this.#stream.write(this.#text(event))
    // Set by the write itself.
    if (this.#isFull as boolean) throw new DeliveryError('nobody reads it', { isFinal: true })
    await promise
    if (signal.aborted) throw new DeliveryError('nobody reads it', { isFinal: true })
    return {}
  }

  /** The descriptor is the process's own and stays open. */
  close(): void {
    this.#stream.removeAllListeners('drop')
  }

  #text(event: StampedEvent): string {
    switch (this.#format) {
      case 'sluice':
        return `${formatEvent(event)}\n`
      case 'go-rtmp':
        return `RTMP_EVENT: ${JSON.stringify(goRtmpEvent(event))}\n`
      case 'go-rtmp-env': {
        const lines = Object.entries(goRtmpVariables(event)).map(([key, value]) => `${key}=${oneLine(value)}\n`)
        return `# RTMP Event:\n${lines.join('')}`
      }
    }
  }
}

/** Nobody's name or query can add a line. */
function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]/g, ' ')
}
