import { UrlError } from '../../../core/errors.ts'

/** An object of a bucket that is a stream's source. Holds secrets: only `shown` is for logs and people. */
export type S3Url = {
  readonly bucket: string
  readonly key: string
  readonly endpoint: URL
  readonly region: string
  /** The bucket is the first part of the path, not of the host name. */
  readonly pathStyle: boolean
  /** Empty for requests that are not signed. */
  readonly accessKey: string
  readonly secretKey: string
  /** True if it begins again at its end. */
  readonly loops: boolean
  /** Without keys of access. */
  readonly shown: string
}

const form = /^s3:\/\/(?<bucket>[a-z0-9][a-z0-9._-]{1,61}[a-z0-9])\/(?<key>[^?#]+)(?:\?(?<query>[^#\s]*))?$/i

const secretNames = ['accessKey', 'secretKey']

/** A value, or `undefined` for one that it cannot have. */
type Parameter = { readonly rule: string; readonly read: (value: string) => Partial<S3Url> | undefined }

const parameters: Readonly<Record<string, Parameter>> = {
  region: {
    rule: 'a name such as eu-central-1',
    read: value => (/^[\w-]{1,64}$/.test(value) ? { region: value } : undefined),
  },
  endpoint: {
    rule: 'the URL of a server such as https://host:9000, without credentials',
    read: value => {
      const url = URL.parse(value)
      const isPlain = url !== null && url.username + url.password + url.search + url.hash === ''
      return isPlain && /^https?:$/.test(url.protocol) ? { endpoint: url } : undefined
    },
  },
  pathStyle: flag('pathStyle'),
  loop: flag('loops'),
  accessKey: { rule: 'a key', read: value => (value === '' ? undefined : { accessKey: value }) },
  secretKey: { rule: 'a key', read: value => (value === '' ? undefined : { secretKey: value }) },
}

/**
 * `s3://BUCKET/KEY[?PARAMETER=VALUE&…]`, percent-encoded as URLs are; a plus is a plus, as secret keys have it.
 *
 * @throws {UrlError} If it is none, in words that hold nothing that may be secret.
 */
export function parseS3Url(text: string): S3Url {
  const parts = form.exec(text)?.groups as Partial<Record<'bucket' | 'key' | 'query', string>> | undefined
  if (parts === undefined) throw wrong('it must have the form s3://BUCKET/KEY?PARAMETER=VALUE&…')
  const { bucket = '', key = '', query = '' } = parts
  const pairs = query.split('&').filter(pair => pair !== '')
  const values: Partial<S3Url> = Object.assign({}, ...pairs.map(readParameter))
  const { accessKey = '', secretKey = '', region = 'us-east-1', pathStyle = true, loops = false } = values
  if ((accessKey === '') !== (secretKey === '')) throw wrong('accessKey and secretKey must be there both, or neither')
  const endpoint = values.endpoint ?? new URL(`https://s3.${region}.amazonaws.com`)
  const place = { bucket, key: readKey(key), endpoint, region, pathStyle }
  return { ...place, accessKey, secretKey, loops, shown: showUrl(bucket, key, pairs) }
}

/** What is not shown comes last. */
function showUrl(bucket: string, key: string, pairs: readonly string[]): string {
  const open = pairs.filter(pair => !secretNames.includes(nameOf(pair)))
  const query = [...open, ...(open.length < pairs.length ? ['…'] : [])].join('&')
  return `s3://${bucket}/${key}${query === '' ? '' : `?${query}`}`
}

/** Segments that lead elsewhere would be taken out of the path on the way, the bucket with them. */
function readKey(written: string): string {
  const key = decode(written)
  const isPath = key.split('/').every(segment => segment !== '' && segment !== '.' && segment !== '..')
  if (isPath && !/\p{Cc}/u.test(key)) return key
  throw wrong('its key must name an object, without segments that are empty, . or ..')
}

/** Names that are not known are not repeated: they may be the rest of a secret key with a "&" in it. */
function readParameter(pair: string): Partial<S3Url> {
  const name = nameOf(pair)
  const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined
  if (parameter === undefined) throw wrong(`its parameters must be among ${Object.keys(parameters).join(', ')}`)
  const values = parameter.read(decode(pair.slice(name.length + 1)))
  if (values === undefined) throw wrong(`${name} must be ${parameter.rule}`)
  return values
}

function flag(name: 'pathStyle' | 'loops'): Parameter {
  return {
    rule: 'true or false',
    read: value => (value === 'true' || value === 'false' ? { [name]: value === 'true' } : undefined),
  }
}

function nameOf(pair: string): string {
  return pair.split('=', 1)[0] ?? ''
}

function decode(written: string): string {
  try {
    return decodeURIComponent(written)
  } catch {
    throw wrong('a "%" in it is written %25')
  }
}

function wrong(rule: string): UrlError {
  return new UrlError(`Cannot use the URL: ${rule}`)
}
