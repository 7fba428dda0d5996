import { duration } from '../config/duration.ts'
import { defineField, type Field, oneText } from '../config/field.ts'
import { type Decoded, defineSection } from '../config/section.ts'

/** Where documents are kept. */
export type StoreUrl = { readonly kind: 'json'; readonly folder: string }

/** The `store:` section. */
export const storeConfig = defineSection('Where what is managed through the API is kept', {
  url: storeUrl('json:data', 'json:FOLDER keeps it in FOLDER/sluice.json'),
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
  const form = 'json:FOLDER, such as json:data or json:/var/lib/sluice'
  return defineField(
    oneText<StoreUrl>(form, { type: 'string', pattern: '^json:.+' }, text => {
      const folder = /^json:(.+)$/.exec(text)?.[1]
      return folder === undefined ? undefined : { value: { kind: 'json', folder } }
    }),
    { default: fallback, description },
  )
}
