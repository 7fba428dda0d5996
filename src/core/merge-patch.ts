type JsonObject = Readonly<Record<string, unknown>>

/**
 * What a JSON document is after a patch: members of objects are replaced one by one, `null` removes them, and everything
 * else, lists included, is replaced as a whole. Neither of the two is changed.
 *
 * @see RFC 7396 §2
 */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const members = new Map(isObject(target) ? Object.entries(target) : [])
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) members.delete(name)
    else members.set(name, mergePatch(members.get(name), value))
  }
  return Object.fromEntries(members)
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
