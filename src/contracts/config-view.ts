/** One key of the configuration, as it was written. */
export type ConfigSetting = {
  /** As in the file: `rtmp.listen`. */
  readonly key: string
  /** Without what is secret. */
  readonly value: string | readonly string[]
  readonly origin: 'default' | 'file' | 'environment' | 'flag'
  /** The line of the file, the variable or the flag; `undefined` for a default. */
  readonly source: string | undefined
  /** When a change of it takes effect. */
  readonly effect: 'now' | 'next' | 'restart'
}

/** Something that is wrong with a configuration. `detail` names the line, and nothing that is secret. */
export type ConfigFlaw = { readonly key: string; readonly detail: string }

/** The configuration, to be looked at, and a way to try another one. */
export interface ConfigView {
  /** The file that was read; `undefined` if there was none. */
  readonly file: string | undefined
  /** All keys, sorted. */
  settings(): readonly ConfigSetting[]
  /** Everything that is wrong with the text of a file. Nothing is put in force. */
  check(text: string): readonly ConfigFlaw[]
}
