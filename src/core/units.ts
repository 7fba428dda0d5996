/**
 * Plain numbers that carry their unit in the type: a bare number flows in, two different units do not mix.
 */
type Unit<Name extends string> = number & { readonly unit?: Name }

/** Media time, in ticks of the track's timescale. An integer. */
export type Ticks = Unit<'ticks'>

/** Wall-clock or monotonic time span in milliseconds. */
export type Milliseconds = Unit<'ms'>

/** A span in microseconds, or a time on a clock that counts them. */
export type Microseconds = Unit<'us'>

/** A count of bytes. */
export type Bytes = Unit<'bytes'>

/** A rate of bytes on the wire, in bits. */
export type BitsPerSecond = Unit<'bit/s'>
