import { parseSecretYaml } from '../config/secret-yaml.ts'
import { ConfigError } from '../core/errors.ts'
import { type AccessRule, type Grant, grantForm, parseGrant, parseRule } from './access-rule.ts'
import { parseSecret, type StoredSecret, secretForm } from './secret.ts'
import { parseTokenEntry, parseTokenSecret } from './token-entry.ts'

/** Somebody, how they prove it, and what they may do. */
export type FileEntry = {
  /** Name; missing for a token. */
  readonly user?: string
  readonly secret: StoredSecret
  readonly grants: readonly Grant[]
}

/** What the file of `auth.mode: file` says. */
export type AuthFile = {
  readonly rules: readonly AccessRule[]
  readonly users: ReadonlyMap<string, FileEntry>
  readonly tokens: readonly FileEntry[]
}

type Fields = Readonly<Record<string, unknown>>

/**
 * Read an access file, YAML or JSON:
 *
 *     users:  [{ user: eva, password: …, allow: ["publish on live/**"] }]
 *     tokens: [{ token: …, allow: ["play"] }]
 *     rules:  ["allow play on public/**"]
 *
 * or the file of go-rtmp, which maps the names of streams to tokens: `{ "live/test": "secret" }`. A file that is empty
 * or has anything wrong in it is refused as a whole: it may be half written.
 *
 * @throws {ConfigError} In words that name the place and show no secret.
 */
export function parseAuthFile(text: string): AuthFile {
  const root = fieldsOf(parseSecretYaml(text, wrongFile), 'the file')
  const names = Object.keys(root)
  if (names.length === 0) throw wrongFile('it must name users, tokens or rules, is empty')
  if (names.every(name => typeof root[name] === 'string')) return streamTokens(root)
  expectNames(root, ['users', 'tokens', 'rules'], 'the file')
  const users = listOf(root['users'], 'users').map((entry, index) => parseUser(entry, `users[${index}]`))
  const duplicate = users.find(([name], index) => users.findIndex(([other]) => other === name) !== index)
  if (duplicate !== undefined) throw wrongFile(`the user ${JSON.stringify(duplicate[0])} stands there twice`)
  return {
    rules: listOf(root['rules'], 'rules').map((rule, index) => parseRuleAt(rule, `rules[${index}]`)),
    users: new Map(users),
    tokens: listOf(root['tokens'], 'tokens').map((entry, index) => parseToken(entry, `tokens[${index}]`)),
  }
}

function parseUser(value: unknown, place: string): [name: string, entry: FileEntry] {
  const fields = fieldsOf(value, place)
  expectNames(fields, ['user', 'password', 'allow'], place)
  const name = textOf(fields['user'])
  if (name === undefined) throw wrongFile(`${place}.user must be a text`)
  const secret = parseSecret(textOf(fields['password']) ?? '')
  if (secret === undefined) throw wrongFile(`${place}.password must be ${secretForm}`)
  return [name, { user: name, secret, grants: parseGrants(fields['allow'], place) }]
}

function parseToken(value: unknown, place: string): FileEntry {
  const fields = fieldsOf(value, place)
  expectNames(fields, ['token', 'allow'], place)
  const secret = parseTokenSecret(textOf(fields['token']) ?? '')
  if (secret === undefined) throw wrongFile(`${place}.token must be a plain text, or sha256:DIGEST in base64 or hex`)
  return { secret, grants: parseGrants(fields['allow'], place) }
}

function parseGrants(value: unknown, place: string): readonly Grant[] {
  const texts = listOf(value, `${place}.allow`)
  if (texts.length === 0) throw wrongFile(`${place}.allow must say what is allowed`)
  return texts.map((text, index) => {
    const grant = parseGrant(textOf(text) ?? '')
    if (grant === undefined) throw wrongFile(`${place}.allow[${index}] must be ${grantForm}`)
    return grant
  })
}

function parseRuleAt(value: unknown, place: string): AccessRule {
  const rule = parseRule(textOf(value) ?? '')
  if (rule === undefined) throw wrongFile(`${place} must be allow or deny ${grantForm}`)
  return rule
}

function streamTokens(root: Fields): AuthFile {
  const tokens = Object.entries(root).map(([stream, token]) => {
    const entry = parseTokenEntry(`${stream}=${textOf(token)}`)
    if (entry === undefined) throw wrongFile(`${JSON.stringify(stream)} must be a path, and its value a token`)
    return { secret: entry.secret, grants: [entry.grant] }
  })
  return { rules: [], users: new Map(), tokens }
}

function fieldsOf(value: unknown, place: string): Fields {
  if (value === null || value === undefined) return {}
  if (typeof value !== 'object' || Array.isArray(value)) throw wrongFile(`${place} must be a map of keys`)
  return value as Fields
}

function expectNames(fields: Fields, known: readonly string[], place: string): void {
  const unknown = Object.keys(fields).find(name => !known.includes(name))
  if (unknown !== undefined) throw wrongFile(`${place} may have the keys ${known.join(', ')}, and has another`)
}

/** One item may stand without its list. */
function listOf(value: unknown, place: string): readonly unknown[] {
  if (value === undefined || value === null) return []
  if (typeof value === 'object' && !Array.isArray(value)) throw wrongFile(`${place} must be a list`)
  return Array.isArray(value) ? value : [value]
}

/** YAML reads 1234 as a number. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}

function wrongFile(rule: string): ConfigError {
  return new ConfigError('auth.file', `Cannot use the access file: ${rule}`)
}
