import { isIP } from 'node:net'
import { defaultValue } from '../config/field.ts'
import type { DocumentProblem } from '../core/errors.ts'
import type { InputUrl } from '../relay/pull/input-url.ts'
import { inputKeys } from '../supervisor/config.ts'
import type { DeclaredInput } from './declared-input.ts'

type Kind = InputUrl['protocol']

/** Keys of an input that are not for every kind of it. */
type Option = 'connectTimeout' | 'headers' | 'username' | 'password' | 'tls' | 'interface'

const overHttp: readonly Option[] = ['connectTimeout', 'headers', 'username', 'password', 'tls', 'interface']

/** What each kind can make use of. */
const usable: Readonly<Record<Kind, readonly Option[]>> = {
  rtmp: ['connectTimeout', 'username', 'password', 'tls', 'interface'],
  'http-ts': overHttp,
  hls: overHttp,
  'http-file': overHttp,
  srt: ['connectTimeout', 'interface'],
  'udp-ts': ['interface'],
  s3: ['connectTimeout', 'username', 'password'],
  file: [],
  copy: [],
  publish: [],
}

const rules: Readonly<Record<Option, string>> = {
  connectTimeout: 'Only what we connect to has it: RTMP, SRT, HTTP and S3',
  headers: 'Only requests over HTTP have headers',
  username: 'Only RTMP, HTTP and S3 have it; SRT has a passphrase in its URL',
  password: 'Only RTMP, HTTP and S3 have it; SRT has a passphrase in its URL',
  tls: 'Only rtmps:// and https:// have TLS',
  interface: 'Only RTMP, SRT, HTTP and groups of UDP have it',
}

/** Options of one input that it has no use for, or that do not fit its URL. @param pointer Of the input. */
export function optionProblems(input: DeclaredInput, pointer: string): readonly DocumentProblem[] {
  // What stands for the name of a stream changes nothing of it.
  const url = input.url.urlFor('app/key')
  const unused = optionsOf(input).filter(option => !usable[url.protocol].includes(option))
  const problems = unused.map(option => ({ pointer: `${pointer}/${option}`, detail: rules[option] }))
  if (unused.length > 0) return problems
  return [...accessProblems(input, url), ...tlsProblems(input, url), ...interfaceProblems(input, url)].map(
    ([option, detail]) => ({ pointer: `${pointer}/${option}`, detail }),
  )
}

/** The options that were given. */
function optionsOf({ connectTimeout, headers, username, password, tls, interface: ours }: DeclaredInput): Option[] {
  const given: Record<Option, boolean> = {
    connectTimeout: connectTimeout !== defaultValue(inputKeys.connectTimeout),
    headers: headers.length > 0,
    username: username !== '',
    password: password !== '',
    tls: tls.ca !== '' || !tls.verify || tls.cert !== '' || tls.key !== '',
    interface: ours !== undefined,
  }
  return (Object.keys(given) as Option[]).filter(option => given[option])
}

/** Where it stands below the input, and what is wrong with it. */
type Problem = readonly [place: string, detail: string]

function accessProblems({ username, password, url: { text } }: DeclaredInput, url: InputUrl): readonly Problem[] {
  if (username === '') return password === '' ? [] : [['password', 'There must be a username, too']]
  if (url.protocol === 's3' && password === '') return [['username', 'There must be a password, too: the secret key']]
  const isInUrl = url.protocol === 's3' ? url.accessKey !== '' : /^[a-z]+:\/\/[^/?#]*@/i.test(text)
  return isInUrl ? [['username', 'The URL has credentials of its own']] : []
}

function tlsProblems(input: DeclaredInput, url: InputUrl): readonly Problem[] {
  if (!optionsOf(input).includes('tls')) return []
  const isSecure = url.protocol === 'rtmp' ? url.isSecure : 'url' in url && url.url.protocol === 'https:'
  if (!isSecure) return [['tls', rules.tls]]
  const { cert, key } = input.tls
  if ((cert === '') === (key === '')) return []
  return [[cert === '' ? 'tls/cert' : 'tls/key', 'A certificate and its key must be there both, or neither']]
}

function interfaceProblems({ interface: ours }: DeclaredInput, url: InputUrl): readonly Problem[] {
  if (ours === undefined) return []
  if (url.protocol === 'srt' && url.mode === 'listener')
    return [['interface', 'It is the host of the URL that we wait at']]
  if (url.protocol === 'srt' && url.localAddress !== undefined) return [['interface', 'The URL says it, too']]
  if (url.protocol !== 'udp-ts') return []
  if (!url.isMulticast) return [['interface', rules.interface]]
  if (url.interface !== undefined) return [['interface', 'The URL says it, too']]
  return isIP(url.address) === isIP(ours) ? [] : [['interface', `It must be of the same kind as ${url.address}`]]
}
