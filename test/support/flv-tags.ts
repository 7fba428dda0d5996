/** One FLV tag as a test sees it. */
export type SeenTag = { type: 'audio' | 'video' | 'script'; time: number; body: string }

const types = new Map<number, SeenTag['type']>([
  [8, 'audio'],
  [9, 'video'],
  [18, 'script'],
])

/**
 * Read the whole tags of an FLV byte stream, strictly: a wrong PreviousTagSize or an unknown type throws. Written from
 * the specification, apart from the server's own decoder (Adobe FLV 10.1, Annex E.3, E.4.1).
 */
export function readTags(bytes: Uint8Array): SeenTag[] {
  const view = Buffer.from(bytes)
  const tags: SeenTag[] = []
  let at = 0
  while (at + 15 <= view.length) {
    const size = view.readUIntBE(at + 1, 3)
    if (at + 15 + size > view.length) break
    const type = types.get(view[at] ?? 0)
    if (type === undefined) throw new Error(`Tag type ${view[at]} at ${at}`)
    if (view.readUInt32BE(at + 11 + size) !== size + 11) throw new Error(`PreviousTagSize after ${at}`)
    const time = ((view[at + 7] ?? 0) << 24) | view.readUIntBE(at + 4, 3)
    tags.push({ type, time, body: view.toString('hex', at + 11, at + 11 + size) })
    at += 15 + size
  }
  return tags
}
