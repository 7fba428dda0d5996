/** What says that the language is not known, or that there is none. Source: ISO 639-2. */
const untold = new Set(['und', 'mis', 'mul', 'zxx'])

/**
 * The language of a track as text formats of the web want it: two letters where there are two.
 *
 * @param language Three letters of ISO 639-2.
 * @returns A tag of RFC 5646 §2.2.1; `undefined` if it says nothing.
 */
export function languageTag(language: string | undefined): string | undefined {
  if (language === undefined || untold.has(language) || !/^[a-z]{2,3}$/.test(language)) return undefined
  return Intl.getCanonicalLocales(language)[0]
}

/**
 * The name of a language in that language, as it stands in a menu; its tag if it has none that is known.
 *
 * @param language As of `languageTag`; `undefined` for what says nothing.
 */
export function languageName(language: string | undefined): string | undefined {
  const tag = languageTag(language)
  if (tag === undefined) return undefined
  const name = new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag
  return name === tag ? tag : name.charAt(0).toLocaleUpperCase(tag) + name.slice(1)
}
