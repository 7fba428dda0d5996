import type { Clock, Timer } from '../contracts/clock.ts'
import type { SettingsSource } from '../contracts/path-settings.ts'
import type { NumberRange, SegmentSink } from '../contracts/segments.ts'
import type { Bytes, Milliseconds } from '../core/units.ts'
import type { Stream } from '../hub/stream.ts'
import type { StreamRegistry } from '../hub/stream-registry.ts'
import type { PackagerSettings } from './config.ts'
import type { Rendition } from './rendition.ts'
import type { KeyFor } from './segment-keys.ts'
import { cmafForm, type FormName, formNames, type StreamForm } from './stream-form.ts'
import { StreamPackager } from './stream-packager.ts'

export type PackagerSetOptions = {
  readonly registry: StreamRegistry
  readonly settings: SettingsSource<PackagerSettings>
  readonly clock: Clock
  /** Keeps the segments of some streams, which are packaged whether somebody asks or not. */
  readonly sink: SegmentSink
  /** What segments of a stream are sent encrypted with, as it is wanted when they begin. */
  readonly keysOf: (name: string) => KeyFor | undefined
  /** How late the media of a stream may be by the clock. */
  readonly longestLagOf: (name: string) => Milliseconds
  /** The form that viewers of a stream are usually sent. */
  readonly usualForm: (name: string) => StreamForm
}

/** What is in memory of a stream in one form. */
export type HeldMedia = {
  readonly segments: number
  readonly parts: number
  readonly bytes: Bytes
  /** Requests that wait for what comes next. */
  readonly waiting: number
}

/** How one packager is. */
export type PackagerStatus = HeldMedia & {
  readonly stream: string
  readonly form: StreamForm['name']
  /** False if the stream has ended, and what is there is still served. */
  readonly isRunning: boolean
}

type Running = {
  readonly packager: StreamPackager
  readonly form: StreamForm
  isKept: boolean
  usedAt: Milliseconds
}

/** How often it is looked which packagers nobody uses. */
const sweepMs: Milliseconds = 1000

/**
 * The packagers that run: one per stream and form, from the first request on until nobody asks any more. A stream whose
 * segments are kept, or that is packaged always, is packaged for as long as somebody publishes it.
 */
export class PackagerSet {
  readonly #options: PackagerSetOptions
  readonly #running = new Map<string, Running>()
  #sweepTimer: Timer | undefined
  #isOpen = true
  #count = 0

  constructor(options: PackagerSetOptions) {
    this.#options = options
    options.registry.observe({
      onLive: stream => this.#openWanted(stream),
    })
  }

  get packagers(): readonly StreamPackager[] {
    return [...this.#running.values()].map(({ packager }) => packager)
  }

  /** Computed when asked. */
  status(): readonly PackagerStatus[] {
    return [...this.#running.values()].map(({ packager, form }) => ({
      stream: packager.stream.name,
      form: form.name,
      isRunning: !packager.isEnded,
      ...heldBy(packager.renditions),
    }))
  }

  /** The packager of a stream, if it runs. Whoever asks uses it. */
  find(name: string, form: StreamForm): StreamPackager | undefined {
    const running = this.#running.get(keyOf(name, form.name))
    if (running === undefined) return undefined
    running.usedAt = this.#options.clock.now()
    return running.packager
  }

  /** What there is of a stream in all forms. Whoever asks uses none of them. */
  numbersOf(name: string): NumberRange | undefined {
    const renditions = formNames.flatMap(form => this.#running.get(keyOf(name, form))?.packager.renditions ?? [])
    const numbers = renditions.flatMap(({ kept }) => [kept[0], kept.at(-1)]).flatMap(segment => segment?.number ?? [])
    return numbers.length === 0 ? undefined : { first: Math.min(...numbers), last: Math.max(...numbers) }
  }

  /** The packager of a stream, which is started if it does not run yet. */
  open(stream: Stream, form: StreamForm): StreamPackager {
    const running = this.find(stream.name, form)
    return running === undefined || running.isEnded ? this.#start(stream, form) : running
  }

  /** The configuration has changed: segments of streams that are live are kept, or not any more. */
  applySettings(): void {
    for (const stream of this.#options.registry.streams) {
      if (stream.publication !== undefined) this.#openWanted(stream)
      const running = this.#running.get(keyOf(stream.name, cmafForm.name))
      if (running !== undefined) this.#keep(running)
    }
  }

  /** Idempotent. */
  close(): void {
    this.#isOpen = false
    this.#sweepTimer?.cancel()
    for (const { packager } of [...this.#running.values()]) packager.close()
  }

  /** Those that run whether somebody asks or not. */
  #openWanted(stream: Stream): void {
    if (!this.#isOpen) return
    const { sink, settings, usualForm } = this.#options
    if (sink.wants(stream.name)) this.open(stream, cmafForm)
    if (settings.of(stream.name).packageAlways) this.open(stream, usualForm(stream.name))
  }

  /** Hand its segments to the sink, if that wants them now and did not before; or to nobody. */
  #keep(running: Running): void {
    const { sink } = this.#options
    const { packager, isKept } = running
    const { name } = packager.stream
    if (packager.isEnded || sink.wants(name) === isKept) return
    running.isKept = !isKept
    packager.handTo(() => sink.begin(name))
  }

  #start(stream: Stream, form: StreamForm): StreamPackager {
    const { clock, sink, keysOf } = this.#options
    const key = keyOf(stream.name, form.name)
    const info = {
      id: `packager-${++this.#count}`,
      protocol: form.name,
      peer: 'packager',
      since: clock.wall(),
      isPart: true,
    } as const
    const intake = form === cmafForm ? sink.begin(stream.name) : undefined
    const keyFor: KeyFor = number => keysOf(stream.name)?.(number)
    const settings = { ...this.#options.settings.of(stream.name), longestLag: this.#options.longestLagOf(stream.name) }
    const packager = new StreamPackager({ stream, form, info, clock, intake, keyFor, settings })
    this.#running.set(key, { packager, form, isKept: intake !== undefined, usedAt: clock.now() })
    this.#sweepTimer ??= clock.after(sweepMs, () => this.#sweep())
    return packager
  }

  /** Whether somebody asks or not. */
  #isNeeded({ packager, form, isKept }: Running): boolean {
    if (packager.isEnded) return false
    const { settings, usualForm } = this.#options
    const { name } = packager.stream
    return isKept || (settings.of(name).packageAlways && usualForm(name) === form)
  }

  #sweep(): void {
    const { clock, settings } = this.#options
    const now = clock.now()
    for (const [key, running] of this.#running) {
      const { packager, usedAt } = running
      if (hasFailed(running)) this.#openWanted(packager.stream)
      if (this.#running.get(key) !== running) continue
      const { packagerIdleTimeout } = settings.of(packager.stream.name)
      if (this.#isNeeded(running) || now - usedAt <= packagerIdleTimeout) continue
      this.#running.delete(key)
      packager.close()
    }
    this.#sweepTimer = this.#running.size === 0 ? undefined : clock.after(sweepMs, () => this.#sweep())
  }
}

/** True if it has ended, and its stream has not. */
function hasFailed({ packager }: Running): boolean {
  return packager.isEnded && packager.stream.publication !== undefined
}

function heldBy(renditions: readonly Rendition[]): HeldMedia {
  const sum = { segments: 0, parts: 0, bytes: 0, waiting: 0 }
  for (const { kept, waiting } of renditions) {
    sum.waiting += waiting.size
    for (const { parts, size } of kept) {
      sum.segments++
      sum.parts += parts.length
      sum.bytes += size
    }
  }
  return sum
}

function keyOf(name: string, form: FormName): string {
  return `${form} ${name}`
}
