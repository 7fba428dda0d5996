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

/** What has come of a change: the keys that have other values, by when these take effect. */
export type ConfigOutcome = {
  readonly now: readonly string[]
  /** For connections, streams or files that begin from then on. */
  readonly next: readonly string[]
  /** All keys whose present value takes effect after a restart, those of earlier changes among them. */
  readonly needsRestart: readonly string[]
}

/** The configuration, to be looked at and changed, and a way to try another one. */
export interface ConfigView {
  /** The file that was read; `undefined` if there was none. */
  readonly file: string | undefined
  /** Another one with each change of the file. */
  readonly revision: string
  /** All keys, sorted. */
  settings(): readonly ConfigSetting[]
  /** Everything that is wrong with the text of a file. Nothing is put in force. */
  check(text: string): readonly ConfigFlaw[]
  /**
   * Change the file by a merge patch, and put that in force.
   *
   * @param revision What is expected to be changed; `undefined` for whatever is there.
   * @throws {DocumentError} If the patch has something wrong, or cannot be put in force. Then all is as it was.
   * @throws {RequestError} If there is no file, if it cannot be changed, or if it is another than expected.
   */
  change(patch: unknown, revision: string | undefined): Promise<ConfigOutcome>
}
