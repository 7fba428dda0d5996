import type { LogFields } from '../contracts/log.ts'

const hidden = '[hidden]'
const secretName =
  /pass(word|phrase|wd)?$|secret|token|credential|authorization|cookie|stream_?key|api_?key|private_?key/i

/** `user:password@` of a URL: the password. */
const userInfo = /(\w+:\/\/[^\s/?#@:]*):[^\s/?#@]+@/g

/** `?pass=…` and `&token=…`: the value. */
const secretParameter = /([?&](?:pass(?:word|phrase|wd)?|token|jwt|secret|key|sig(?:nature)?|auth)=)[^\s&#"']+/gi

/** The fields without what looks like a secret: by a field's name, or by its place in a URL. */
export function hideSecrets(fields: LogFields): LogFields {
  const shown = Object.entries(fields).map(([name, value]) => {
    if (typeof value !== 'string') return [name, value]
    return [name, secretName.test(name) && value !== '' ? hidden : hideUrlSecrets(value)]
  })
  return Object.fromEntries(shown)
}

/** The text with passwords and tokens of the URLs in it replaced. */
export function hideUrlSecrets(text: string): string {
  return text.replace(userInfo, `$1:${hidden}@`).replace(secretParameter, `$1${hidden}`)
}
