import { Packaging } from '../../src/app/packaging.ts'
import type { HttpRoutes } from '../../src/contracts/http-routes.ts'
import type { ObjectStore } from '../../src/contracts/object-store.ts'
import type { PlaybackGate } from '../../src/contracts/playback-gate.ts'
import type { Publication } from '../../src/hub/publication.ts'
import type { PackagerConfig } from '../../src/packagers/config.ts'
import type { HlsSettings } from '../../src/packagers/hls/config.ts'
import { Bucket } from '../../src/recorder/dvr/bucket/bucket.ts'
import { unlimitedArchive } from './dvr-fixture.ts'
import { HttpFixture, type HttpFixtureOptions } from './http-fixture.ts'
import { ChangingSettings, ofAll } from './path-settings.ts'
import { audioFrame, videoFrame } from './sample-frames.ts'

const packager: PackagerConfig = {
  segmentDuration: 2000,
  partDuration: 200,
  segmentWindow: 20_000,
  segmentMemory: 256e6,
  packageAlways: false,
  packagerIdleTimeout: 60_000,
  startGrace: 0,
  accessCheckInterval: 60_000,
}

const hls: HlsSettings = { hlsLowLatency: true, container: 'fmp4', hlsEncryption: 'none', hlsKeyRotation: 30 }

export type PackagingFixtureOptions = HttpFixtureOptions & {
  readonly packager?: Partial<PackagerConfig>
  readonly hls?: Partial<HlsSettings>
  readonly keySecret?: string
  /** Keep the segments of all streams there. */
  readonly dvrFolder?: string
  /** And archive them there. */
  readonly store?: ObjectStore
}

export type Answer = {
  readonly status: number
  readonly headers: Headers
  readonly body: Buffer
  readonly text: string
}

type Packed = { current: Packaging | undefined; routed: number }

function counted(addRoutes: HttpRoutes, packed: Packed): HttpRoutes {
  return app => {
    app.addHook('onRequest', (_request, _reply, done) => {
      packed.routed++
      done()
    })
    return addRoutes(app)
  }
}

/** A server that packages streams, and streams whose time runs as the test says. */
export class PackagingFixture {
  readonly http: HttpFixture
  readonly hls: ChangingSettings<HlsSettings>
  readonly #packaging: Packed
  readonly #times = new Map<Publication, number>()

  private constructor(http: HttpFixture, hlsSettings: ChangingSettings<HlsSettings>, packaging: Packed) {
    this.http = http
    this.hls = hlsSettings
    this.#packaging = packaging
  }

  static async listen(options: PackagingFixtureOptions = {}): Promise<PackagingFixture> {
    const packaging: Packed = { current: undefined, routed: 0 }
    const settings = {
      packager: ofAll({ ...packager, ...options.packager }),
      hls: new ChangingSettings({ ...hls, ...options.hls }),
      dash: ofAll({ dashLowLatency: false }),
      dvr: ofAll({ dvr: options.dvrFolder !== undefined, dvrMaxAge: 0, dvrMaxSize: 0, ...unlimitedArchive }),
    }
    const playbackRoutes = ({ registry, clock, log, events }: HttpFixture, gate: PlaybackGate) => {
      const bucket = options.store && new Bucket({ store: options.store, prefix: '', clock, log })
      packaging.current = new Packaging({
        settings,
        keySecret: options.keySecret ?? '',
        kept: { dir: options.dvrFolder ?? '', maxClips: 2, clipMaxDuration: 3_600_000, maxRewinders: 2 },
        bucket,
        registry,
        clock,
        log,
        events: { emit: event => events.push(event) },
      })
      return packaging.current.routes(gate).map(routes => counted(routes, packaging))
    }
    return new PackagingFixture(await HttpFixture.listen({ ...options, playbackRoutes }), settings.hls, packaging)
  }

  /** Those that were played so far. */
  get publications(): readonly Publication[] {
    return [...this.#times.keys()]
  }

  get packaging(): Packaging {
    if (this.#packaging.current === undefined) throw new RangeError('Cannot use the packaging: it is not there yet')
    return this.#packaging.current
  }

  /** Requests that were routed: a shortcut has taken the others. */
  get routed(): number {
    return this.#packaging.routed
  }

  /** Requests that wait for what comes next. */
  get waiting(): number {
    return this.packaging.packagers.status().reduce((sum, { waiting }) => sum + waiting, 0)
  }

  /** Sound and picture with a key frame each second go on for so long, in no time. */
  play(publication: Publication, span: number): void {
    const start = this.#times.get(publication) ?? 0
    for (let time = start; time < start + span; time += 40) {
      publication.write(videoFrame(time, time % 1000 === 0, 100))
      publication.write(audioFrame(time))
    }
    this.#times.set(publication, start + span)
    this.http.clock.advance(span)
  }

  /** A stream with some segments. */
  async publish(name: string, span = 7000): Promise<Publication> {
    const publication = this.http.publish(name)
    publication.write(videoFrame(0, true, 100))
    publication.write(audioFrame(0))
    return await this.#packaged(publication, name, span)
  }

  async get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
    const url = `http://127.0.0.1:${this.http.port}${path}`
    const response = await fetch(url, { headers: { 'accept-encoding': 'identity', ...headers }, method })
    const body = Buffer.from(await response.arrayBuffer())
    return { status: response.status, headers: response.headers, body, text: body.toString() }
  }

  /** Let requests come so far that `count` packagers run. */
  async untilPackaged(count: number): Promise<void> {
    await this.http.until(() => this.packaging.packagers.packagers.length === count)
  }

  async #packaged(publication: Publication, name: string, span: number): Promise<Publication> {
    const before = this.packaging.packagers.packagers.length
    const first = this.get(`/${name}/index.m3u8`, { 'user-agent': 'opener' })
    await this.untilPackaged(before + 1)
    this.#times.set(publication, 40)
    this.play(publication, span - 40)
    await first
    return publication
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#packaging.current?.close()
    await this.http[Symbol.asyncDispose]()
  }
}
