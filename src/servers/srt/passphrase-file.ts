import { parseSecretYaml } from '../../config/secret-yaml.ts'
import { ConfigError } from '../../core/errors.ts'
import { type PathPattern, parsePathPattern } from '../../core/path-pattern.ts'
import { isPassphrase, passphraseForm } from '../../protocols/srt/passphrase.ts'

/** What the file of `srt.passphraseFile` says. An empty passphrase is that of a stream that is not encrypted. */
export type PassphraseFile = {
  readonly byName: ReadonlyMap<string, string>
  /** In the order of the file. */
  readonly byPattern: readonly { readonly pattern: PathPattern; readonly passphrase: string }[]
}

/**
 * Read a passphrase file, JSON or YAML, which maps names and patterns of streams to passphrases, as that of go-rtmp does
 * with names: `{ "live/test": "correct-horse", "cam/**": "battery-staple" }`. A file that is empty or has anything wrong
 * in it is refused as a whole: it may be half written.
 *
 * @throws {ConfigError} In words that name the place and show no secret.
 */
export function parsePassphraseFile(text: string): PassphraseFile {
  const root = parseSecretYaml(text, wrongFile)
  if (typeof root !== 'object' || root === null || Array.isArray(root)) {
    throw wrongFile('it must be a map of streams and passphrases')
  }
  const entries = Object.entries(root).map(([stream, passphrase]) => parseEntry(stream, passphrase))
  if (entries.length === 0) throw wrongFile('it must name a stream, is empty')
  const [names, patterns] = [false, true].map(isPattern =>
    entries.filter(({ pattern }) => pattern.text.includes('*') === isPattern),
  )
  return {
    byName: new Map(names?.map(({ pattern, passphrase }) => [pattern.text, passphrase])),
    byPattern: patterns ?? [],
  }
}

/** The passphrase of a stream: that of its name, else of the first pattern that fits. */
export function findPassphrase({ byName, byPattern }: PassphraseFile, stream: string): string | undefined {
  return byName.get(stream) ?? byPattern.find(({ pattern }) => pattern.matches(stream))?.passphrase
}

function parseEntry(stream: string, passphrase: unknown): PassphraseFile['byPattern'][number] {
  const pattern = parsePathPattern(stream)
  if (pattern === undefined) {
    throw wrongFile(`${JSON.stringify(stream)} must be the name of a stream or a pattern such as live/**`)
  }
  if (typeof passphrase !== 'string' || !isPassphrase(passphrase)) {
    throw wrongFile(`the passphrase of ${JSON.stringify(stream)} must be a text of ${passphraseForm}`)
  }
  return { pattern, passphrase }
}

function wrongFile(rule: string): ConfigError {
  return new ConfigError('srt.passphraseFile', `Cannot use the passphrase file: ${rule}`)
}
