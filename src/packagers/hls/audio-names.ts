import { languageName } from '../../media/language-tag.ts'

/**
 * What sound tracks are called in the menus of players: their language in its own words, else what they are. No two are
 * called the same (RFC 8216bis §4.4.6.1.1).
 *
 * @param languages Of each track, as it is told in it.
 */
export function audioNames(languages: readonly (string | undefined)[]): readonly string[] {
  const counts = new Map<string, number>()
  return languages.map(language => {
    const name = languageName(language) ?? 'Audio'
    const count = (counts.get(name) ?? 0) + 1
    counts.set(name, count)
    return count === 1 ? name : `${name} ${count}`
  })
}
