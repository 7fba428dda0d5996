import type { Clock } from '../contracts/clock.ts'
import type { EventSink } from '../contracts/events.ts'
import type { Stream } from '../hub/stream.ts'
import type { StreamObserver } from '../hub/stream-registry.ts'
import type { Track } from '../media/track.ts'

/** Tells observers what happens to streams in the hub, which knows no observers of its own. */
export class StreamEvents implements StreamObserver {
  readonly #clock: Clock
  readonly #events: EventSink
  /** What was told last: the number of readers, and each track in words. */
  readonly #told = new Map<Stream, { subscribers: number; readonly tracks: Map<number, string> }>()
  /** Streams whose readers have changed since the last event. */
  readonly #changed = new Set<Stream>()

  constructor(clock: Clock, events: EventSink) {
    this.#clock = clock
    this.#events = events
  }

  onCreated(stream: Stream): void {
    this.#told.set(stream, { subscribers: 0, tracks: new Map() })
    this.#events.emit({ type: 'stream.created', stream: stream.name })
  }

  onRemoved(stream: Stream): void {
    this.#tellCount(stream)
    this.#told.delete(stream)
    this.#events.emit({ type: 'stream.removed', stream: stream.name })
  }

  onLive(stream: Stream): void {
    this.#told.get(stream)?.tracks.clear()
  }

  onTrack(stream: Stream, track: Track): void {
    const { kind, codecLabel: codec } = track
    const told = this.#told.get(stream)?.tracks
    if (kind === 'data' || told === undefined) return
    const facts = { kind, codec, ...sizeOf(track) }
    const words = JSON.stringify(facts)
    if (told.get(track.id) === words) return
    told.set(track.id, words)
    this.#events.emit({ type: 'codec.detected', stream: stream.name, ...facts })
  }

  /** Many readers may come at once; they are one event. */
  onChange(stream: Stream): void {
    if (this.#changed.size === 0) {
      this.#clock.soon(() => {
        for (const changed of this.#changed) this.#tellCount(changed)
        this.#changed.clear()
      })
    }
    this.#changed.add(stream)
  }

  #tellCount(stream: Stream): void {
    const told = this.#told.get(stream)
    const count = stream.subscribers.size
    if (told === undefined || told.subscribers === count) return
    told.subscribers = count
    this.#events.emit({ type: 'subscribers.changed', stream: stream.name, count })
  }
}

function sizeOf({ video, audio }: Track) {
  if (video !== undefined) return { width: video.width, height: video.height }
  return audio === undefined ? {} : { sampleRate: audio.sampleRate, channels: audio.channels }
}
