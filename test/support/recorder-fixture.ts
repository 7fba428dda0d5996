import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import type { ServerEvent } from '../../src/contracts/events.ts'
import type { Log } from '../../src/contracts/log.ts'
import { FlvFileReader } from '../../src/formats/flv/flv-file-reader.ts'
import type { Publication } from '../../src/hub/publication.ts'
import { StreamRegistry } from '../../src/hub/stream-registry.ts'
import type { RecordSettings } from '../../src/recorder/config.ts'
import { type Disk, machineDisk } from '../../src/recorder/file-writer.ts'
import { Recorder } from '../../src/recorder/recorder.ts'
import { FakeClock } from './fake-clock.ts'
import { videoFrame } from './sample-frames.ts'
import { settingsOfAll } from './stream-settings.ts'

const wholeFiles: RecordSettings['segment'] = { duration: 0, maxSize: 0, pattern: undefined }

export type RecorderFixtureOptions = Partial<RecordSettings> & {
  readonly dir: string
  readonly disk?: Disk
  /** The one stream that is recorded. */
  readonly only?: string
}

/** A registry and a recorder that has everything recorded. */
export class RecorderFixture {
  readonly clock = new FakeClock()
  readonly events: ServerEvent[] = []
  readonly codes: string[] = []
  readonly registry: StreamRegistry
  readonly recorder: Recorder
  /** What holds for all streams. */
  settings: RecordSettings
  readonly #watchers = new Set<() => void>()

  constructor({ dir, disk = machineDisk, only, ...options }: RecorderFixtureOptions) {
    const { clock } = this
    this.settings = { record: only === undefined, format: 'auto', segment: wholeFiles, ...options }
    const settingsOf = settingsOfAll({
      limits: { gopBytes: 1e7, gopTime: 1e5, gopFrames: 1e4, lagBytes: 1e7, lagTime: 3000 },
    })
    this.registry = new StreamRegistry({
      ...{ clock, settingsOf, wireLinger: 0, onConflict: 'replace', resumeTimeout: 0 },
    })
    const { registry, events, codes } = this
    const note = (code: string): void => void codes.push(code)
    const log: Log = { debug: note, info: note, warn: note, error: note, child: () => log }
    const emit = (event: ServerEvent): void => {
      events.push(event)
      for (const check of this.#watchers) check()
    }
    const of = (name: string) => (name === only ? { ...this.settings, record: true } : this.settings)
    const settings = { general: this.settings, of }
    this.recorder = new Recorder({ dir, settings, registry, clock, events: { emit }, log, disk })
  }

  publish(name: string): Publication {
    const info = { id: 'rtmp-1', protocol: 'rtmp', peer: '127.0.0.1:5000', since: 0 }
    const result = this.registry.publish(name, { info, onEnd: () => undefined })
    if (!result.ok) assert.fail(result.reason)
    return result.publication
  }

  /** Publish `seconds` of video, with a key frame at the start of each. */
  stream(publication: Publication, fromSecond: number, seconds: number): void {
    for (let time = fromSecond * 1000; time < (fromSecond + seconds) * 1000; time += 100) {
      publication.write(videoFrame(time, time % 1000 === 0, 100))
      this.clock.advance(100)
    }
  }

  /** Resolves to the event of that type; to the one that was, if it was already. */
  event<Type extends ServerEvent['type']>(type: Type): Promise<Extract<ServerEvent, { type: Type }>> {
    return new Promise(resolve => {
      const check = (): void => {
        const event = this.events.find((e): e is Extract<ServerEvent, { type: Type }> => e.type === type)
        if (event === undefined) return
        this.#watchers.delete(check)
        resolve(event)
      }
      this.#watchers.add(check)
      check()
    })
  }
}

/** The times of the pictures in an FLV file. */
export async function videoTimes(file: string): Promise<number[]> {
  const tags = new FlvFileReader().push(await readFile(file))
  return tags.filter(({ type, body }) => type === 9 && body[1] === 1).map(({ timestamp }) => timestamp)
}

/** Looks again after each turn of the event loop: for what the disk brings about. */
export async function untilDefined<Value>(look: () => Value | undefined): Promise<Value> {
  for (;;) {
    const value = look()
    if (value !== undefined) return value
    await new Promise(resolve => setImmediate(resolve))
  }
}
