import type { SettingsSource } from '../contracts/path-settings.ts'
import type { PathPattern } from '../core/path-pattern.ts'
import type { PathsConfig } from './paths-config.ts'

export type PathValues = PathsConfig[number]['values']

/** What was declared of a single stream; `undefined` if nothing was. The same object as long as nothing has changed. */
export type DeclaredValues = (streamName: string) => PathValues | undefined

/** One section as it holds for the streams that fit a pattern. */
type PatternSettings<Settings> = { readonly pattern: PathPattern; readonly settings: Settings }

/** A section of the configuration, as it holds for one stream: for all, over that its path, over that its declaration. */
export class PathSettings<Settings extends object> implements SettingsSource<Settings> {
  readonly #declared: DeclaredValues
  #general: Settings
  #byPattern: readonly PatternSettings<Settings>[]
  /** What declarations have made of the rest, so that it need not be made each time. */
  #ofDeclared = new WeakMap<PathValues, Settings>()

  constructor(general: Settings, paths: PathsConfig, declared: DeclaredValues = () => undefined) {
    this.#declared = declared
    this.#general = general
    this.#byPattern = overlays(general, paths)
  }

  /** Replace everything: the configuration has changed. */
  replace(general: Settings, paths: PathsConfig): void {
    this.#general = general
    this.#byPattern = overlays(general, paths)
    this.#ofDeclared = new WeakMap()
  }

  get general(): Settings {
    return this.#general
  }

  of(streamName: string): Settings {
    const values = this.#declared(streamName)
    return values === undefined ? this.#ofPath(streamName) : this.#ofDeclaration(values, streamName)
  }

  #ofPath(streamName: string): Settings {
    return this.#byPattern.find(({ pattern }) => pattern.matches(streamName))?.settings ?? this.#general
  }

  #ofDeclaration(values: PathValues, streamName: string): Settings {
    const known = this.#ofDeclared.get(values)
    if (known !== undefined) return known
    const settings = overlay(this.#ofPath(streamName), values)
    this.#ofDeclared.set(values, settings)
    return settings
  }
}

function overlays<Settings extends object>(
  general: Settings,
  paths: PathsConfig,
): readonly PatternSettings<Settings>[] {
  return paths.map(({ name, values }) => ({ pattern: name, settings: overlay(general, values) }))
}

/** The keys of `general`, with the values that a path or a declaration has for them. */
function overlay<Settings extends object>(general: Settings, values: PathValues): Settings {
  const own = Object.entries(values).filter(([key]) => Object.hasOwn(general, key))
  return { ...general, ...Object.fromEntries(own) }
}
