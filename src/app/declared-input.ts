import type { Decoded } from '../config/section.ts'
import type { InputUrl } from '../relay/pull/input-url.ts'
import type { UrlTemplate } from '../relay/url-template.ts'
import type { inputKeys } from '../supervisor/config.ts'

/** One input as it was declared. */
export type DeclaredInput = { readonly url: UrlTemplate<InputUrl> } & {
  readonly [Key in keyof typeof inputKeys]: Decoded<(typeof inputKeys)[Key]>
}
