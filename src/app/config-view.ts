import { ConfigErrors } from '../config/config-errors.ts'
import { type LoadedConfig, loadConfig } from '../config/load-config.ts'
import type { Origin, Setting } from '../config/setting.ts'
import type { ConfigFlaw, ConfigSetting, ConfigView } from '../contracts/config-view.ts'
import { ConfigError, RequestError } from '../core/errors.ts'
import { type AppConfig, appConfig } from './config.ts'
import { cannotChange, changedText, revisionOf, withPointers } from './config-change.ts'
import type { ConfigReload } from './config-reload.ts'

type Loaded = Pick<LoadedConfig<AppConfig>, 'settings' | 'file' | 'text'>

/** What the view looks at. */
type Source = { readonly current: Loaded } & Partial<Pick<ConfigReload, 'change'>>

const hidden = '***'

/** What a configuration that is tried is called in what is said of it. */
const triedFile = 'sluice.yaml'

/**
 * The configuration, as the API shows and changes it.
 *
 * @param source What was read last; `undefined` if it was not read from anywhere.
 */
export function configView(source: Source | undefined): ConfigView {
  return {
    get file() {
      return source?.current.file
    },
    get revision() {
      return revisionOf(source?.current.text ?? '')
    },
    settings: () => {
      const settings = [...(source?.current.settings.values() ?? [])].map(shown)
      return settings.sort((a, b) => (a.key < b.key ? -1 : 1))
    },
    check: flawsOf,
    change: async (patch, revision) => {
      if (source?.change === undefined) throw new RequestError(409, `${cannotChange}: it cannot be read again`)
      return withPointers(
        patch,
        source.change(current => changedText(current, patch, revision)),
      )
    },
  }
}

function shown({ key: { path, field }, written, origin }: Setting): ConfigSetting {
  const isSecret = field.secret && origin.from !== 'default'
  const value = isSecret ? withoutSecret(written, field.hide) : written
  return { key: path, value, origin: origin.from, source: sourceOf(origin), effect: field.effect }
}

function withoutSecret(written: Setting['written'], hide = (_text: string) => hidden): Setting['written'] {
  return typeof written === 'string' ? hide(written) : written.map(hide)
}

function sourceOf(origin: Origin): string | undefined {
  switch (origin.from) {
    case 'default':
      return undefined
    case 'file':
      return `${origin.file}:${origin.line}`
    case 'environment':
      return origin.variable
    case 'flag':
      return origin.flag
  }
}

function flawsOf(text: string): readonly ConfigFlaw[] {
  try {
    loadConfig(appConfig, { argv: [], env: {}, readFile: path => (path === triedFile ? text : undefined) })
    return []
  } catch (error) {
    if (error instanceof ConfigErrors) return error.problems.map(flawOf)
    if (error instanceof ConfigError) return [flawOf(error)]
    throw error
  }
}

function flawOf({ path, message }: ConfigError): ConfigFlaw {
  return { key: path, detail: message }
}
