import type { SettingsSource } from '../contracts/path-settings.ts'
import type { PathPattern } from '../core/path-pattern.ts'
import type { PathsConfig } from './paths-config.ts'

type PathValues = PathsConfig[number]['values']

/** One section as it holds for the streams that fit a pattern. */
type PatternSettings<Settings> = { readonly pattern: PathPattern; readonly settings: Settings }

/** A section of the configuration, as it holds for one stream. */
export class PathSettings<Settings extends object> implements SettingsSource<Settings> {
  #general: Settings
  #byPattern: readonly PatternSettings<Settings>[]

  constructor(general: Settings, paths: PathsConfig) {
    this.#general = general
    this.#byPattern = overlays(general, paths)
  }

  /** Replace everything: the configuration has changed. */
  replace(general: Settings, paths: PathsConfig): void {
    this.#general = general
    this.#byPattern = overlays(general, paths)
  }

  get general(): Settings {
    return this.#general
  }

  of(streamName: string): Settings {
    return this.#byPattern.find(({ pattern }) => pattern.matches(streamName))?.settings ?? this.#general
  }
}

function overlays<Settings extends object>(
  general: Settings,
  paths: PathsConfig,
): readonly PatternSettings<Settings>[] {
  return paths.map(({ name, values }) => ({ pattern: name, settings: overlay(general, values) }))
}

/** The keys of `general`, with the values that a path has for them. */
function overlay<Settings extends object>(general: Settings, values: PathValues): Settings {
  const own = Object.entries(values).filter(([key]) => Object.hasOwn(general, key))
  return { ...general, ...Object.fromEntries(own) }
}
