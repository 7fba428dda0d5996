/** A message that passes through untouched, and the little that its head tells about it. */
export type OpaqueTag = {
  readonly type: 'opaque'
  /** Name of the codec for people: a FourCC such as `xyz1`, else `VP6`, `Speex`, `codec 8`. */
  readonly label: string
  readonly isKey: boolean
  /** A decoder needs it before the first frame. */
  readonly isConfig: boolean
  /** The publisher says that no more frames follow. */
  readonly isEnd: boolean
  /** Does not belong to the main track, which has messages of its own. */
  readonly isBeside: boolean
  /** The whole tag body. */
  readonly body: Uint8Array
}
