import { RequestError } from './errors.ts'

type JsonObject = Readonly<Record<string, unknown>>

/** Each level takes its part of the stack. */
const maxDepth = 64

/**
 * What a JSON document is after a patch: members of objects are replaced one by one, `null` removes them, and everything
 * else, lists included, is replaced as a whole. Neither of the two is changed.
 *
 * @throws {RequestError} 400 if the patch is nested deeper than any document of ours.
 * @see RFC 7396 §2
 */
export function mergePatch(target: unknown, patch: unknown): unknown {
  return merge(target, patch, 0)
}

function merge(target: unknown, patch: unknown, depth: number): unknown {
  if (!isObject(patch)) return patch
  if (depth === maxDepth) throw new RequestError(400, `Cannot use the patch: it nests ${maxDepth} levels at most`)
  const members = new Map(isObject(target) ? Object.entries(target) : [])
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) members.delete(name)
    else members.set(name, merge(members.get(name), value, depth + 1))
  }
  return Object.fromEntries(members)
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
