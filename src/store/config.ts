import { hiddenMark } from '../config/document-secrets.ts'
import { duration } from '../config/duration.ts'
import { defineField, type Field, oneText } from '../config/field.ts'
import { type Decoded, defineSection } from '../config/section.ts'
import { text } from '../config/text.ts'
import { UrlError } from '../core/errors.ts'
import { parseStoreUrl, type StoreUrl } from './store-url.ts'

/** The `store:` section. */
export const storeConfig = defineSection('Where what is managed through the API is kept', {
  url: storeUrl('json:data', 'A folder, a file, or a database that servers may share: docs/stores.md'),
  passwordFile: text({ default: '', description: "File with the database's password, instead of one in store.url" }),
  pollInterval: duration({
    default: '1s',
    minimum: '50ms',
    description: 'How often to look whether another server has changed something',
  }),
  timeout: duration({
    default: '5s',
    minimum: '100ms',
    description: 'Time in which the store must answer; a change that it does not answer is refused with 503',
  }),
})

export type StoreConfig = Decoded<typeof storeConfig>

function storeUrl(fallback: string, description: string): Field<StoreUrl> {
  const servers = ['postgres', 'mysql', 'mongodb'].map(scheme => `${scheme}://USER:PASSWORD@HOST/DATABASE`)
  const form = `json:FOLDER, sqlite:FILE, ${servers.slice(0, -1).join(', ')} or ${servers.at(-1)}`
  const pattern = '^(json|sqlite|postgres(ql)?|mysql|mariadb|mongodb(\\+srv)?):.+'
  const field = oneText<StoreUrl>(form, { type: 'string', pattern }, written => {
    if (written.includes(hiddenMark)) return { problem: `A part of it is hidden (${hiddenMark}): write it out` }
    try {
      const value = parseStoreUrl(written)
      return value && { value }
    } catch (error) {
      if (error instanceof UrlError) return { problem: error.message }
      throw error
    }
  })
  return defineField({ ...field, hide: hideStoreUrl }, { default: fallback, description, secret: true })
}

/** A URL without user, password and parameters, some of which are passwords too. Files stay as they are. */
export function hideStoreUrl(url: string): string {
  const [, scheme, rest] = /^([a-z+]+:\/\/)(.*)$/s.exec(url) ?? []
  if (scheme === undefined || rest === undefined) return url
  const [place = '', parameters] = rest.split('?', 2)
  const at = place.lastIndexOf('@')
  const shown = at < 0 ? place : `${hiddenMark}${place.slice(at)}`
  return `${scheme}${shown}${parameters === undefined ? '' : `?${hiddenMark}`}`
}
