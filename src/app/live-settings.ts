import type { PlaySettings, PublishSettings } from '../contracts/path-settings.ts'
import type { SharedWindow } from '../hub/pump.ts'
import type { StreamSettings } from '../hub/stream-settings.ts'
import { type DashSettings, dashSettings } from '../packagers/dash/config.ts'
import { type HlsSettings, hlsSettings } from '../packagers/hls/config.ts'
import { type RecordSettings, recordSettings } from '../recorder/config.ts'
import { type DvrSettings, dvrSettings } from '../recorder/dvr/config.ts'
import type { AdaptiveWindows } from './adaptive-windows.ts'
import type { AppConfig } from './config.ts'
import { type DeclaredValues, PathSettings } from './path-settings.ts'
import { mergeSettings, readWindowOf, streamSettings } from './stream-settings.ts'

/** The sections of the configuration that paths may change, as they hold for each stream now. */
export class LiveSettings {
  readonly play: PathSettings<PlaySettings & AppConfig['play']>
  readonly publish: PathSettings<PublishSettings & AppConfig['publish']>
  readonly record: PathSettings<RecordSettings>
  readonly dvr: PathSettings<DvrSettings>
  readonly packager: PathSettings<AppConfig['packager']>
  readonly hls: PathSettings<HlsSettings>
  readonly dash: PathSettings<DashSettings>
  readonly #windows: AdaptiveWindows

  constructor(
    { play, publish, record, dvr, packager, hls, dash, paths }: AppConfig,
    windows: AdaptiveWindows,
    declared: DeclaredValues,
  ) {
    this.play = new PathSettings(play, paths, declared)
    this.publish = new PathSettings(publish, paths, declared)
    this.record = new PathSettings(recordSettings(record), paths, declared)
    this.dvr = new PathSettings(dvrSettings(dvr), paths, declared)
    this.packager = new PathSettings(packager, paths, declared)
    this.hls = new PathSettings(hlsSettings(hls), paths, declared)
    this.dash = new PathSettings(dashSettings(dash), paths, declared)
    this.#windows = windows
  }

  /** The configuration has changed. */
  replace({ play, publish, record, dvr, packager, hls, dash, paths }: AppConfig): void {
    this.play.replace(play, paths)
    this.publish.replace(publish, paths)
    this.record.replace(recordSettings(record), paths)
    this.dvr.replace(dvrSettings(dvr), paths)
    this.packager.replace(packager, paths)
    this.hls.replace(hlsSettings(hls), paths)
    this.dash.replace(dashSettings(dash), paths)
  }

  readonly ofStream = (name: string): StreamSettings =>
    streamSettings(this.play.of(name), this.publish.of(name), this.#windows)

  /** For how long what a publisher sends is collected. */
  readonly readWindowOf = (name: string): SharedWindow =>
    readWindowOf(this.play.of(name), this.publish.of(name), this.#windows)

  /** For how long frames are collected for players of streams that no path fits. */
  get mergeWindow(): number {
    return mergeSettings(this.play.general, this.#windows).window.current
  }
}
