import { moveFrame } from '../clients/file/move-frame.ts'
import { plainConfig } from '../codecs/aac/plain-config.ts'
import { rescale } from '../core/time.ts'
import type { Microseconds, Milliseconds, Ticks } from '../core/units.ts'
import type { Frame } from '../media/frame.ts'
import type { Track } from '../media/track.ts'
import { isSameConfig } from '../media/track-set.ts'

const ticksPerSecond = 1_000_000
/** The last frame before a splice lasts as long as the shorter of the two before it, but not longer than this. */
const longestFrame: Microseconds = 200_000
/** So much of a new input is left out at most, because another track was ahead. */
const longestOverlap: Microseconds = 500_000
/** Behind a publication that is over. Source: as media/timeline.ts has it for publishers that come back. */
const afterFormer: Microseconds = 1000

/** A track of the publication, and where it is. */
type SplicedTrack = { track: Track; last: Ticks | undefined; step: Ticks; stepBefore: Ticks }

/** Where the frames of a track of the input go. */
type Place = { readonly from: Track; readonly to: SplicedTrack; readonly shift: Ticks; readonly floor: Ticks }

/**
 * Puts the frames of one input behind those of another: onto one timeline that never goes back within a track, and into
 * the same tracks. A track that has the codec and the configuration of the one before it is the same track; another
 * configuration is its next generation.
 *
 * What follows a splice begins where its first track has ended before: pictures behind pictures. Sound that was ahead of
 * them is kept, and what would be heard twice is left out. Sound that was behind them goes on with what the input that
 * follows had before its pictures. All tracks of an input are moved by the same
 * time, in whole milliseconds, so sound and picture stay as far apart as they are. The input that comes first is not
 * moved at all: its frames are passed on as they are, and so is everything else but times and tracks of the others.
 */
export class Splice {
  readonly #tracks: (SplicedTrack | undefined)[] = []
  /** By id of the input's track. */
  #places: (Place | undefined)[] = []
  #shift: Microseconds = 0

  /** True if an input with these tracks can go on here: it has the same kinds and codecs, none more and none less. */
  fits(tracks: readonly Track[]): boolean {
    const have = this.#tracks.flatMap(spliced => spliced?.track ?? [])
    return have.length === 0 || sameMembers(lineupOf(have), lineupOf(tracks))
  }

  /**
   * The frames of another input follow.
   *
   * @param first The earliest of them that is shown.
   * @param continuesFrom Where a former publication has ended, if there was one.
   */
  begin(first: Frame, continuesFrom: Milliseconds | undefined): void {
    const end =
      this.#endFor(first.track) ?? (continuesFrom === undefined ? undefined : continuesFrom * 1000 + afterFormer)
    this.#places = []
    this.#shift = end === undefined ? 0 : Math.ceil((end - microseconds(first.dts, first.track)) / 1000) * 1000
  }

  /** What a track of the input is called here. The same object until it changes. */
  trackOf(track: Track): Track {
    return this.#placeOf(track).to.track
  }

  /** Takes over the frame. `undefined` if it belongs before what is there. */
  place(frame: Frame): Frame | undefined {
    const { from, to, shift, floor } = this.#placeOf(frame.track)
    const isSameScale = from.timescale === to.track.timescale
    const dts = (isSameScale ? frame.dts : rescale(frame.dts, from.timescale, to.track.timescale)) + shift
    if (dts < floor) return undefined
    if (to.last !== undefined) {
      to.stepBefore = to.step
      to.step = dts - to.last
    }
    to.last = dts
    if (from === to.track && shift === 0) return frame
    const moved = from.codec === 'scte35' ? moveFrame(frame, dts - frame.dts) : frame
    const pts = dts + rescale(frame.pts - frame.dts, from.timescale, to.track.timescale)
    return { ...moved, track: to.track, dts, pts }
  }

  /**
   * The same for sound that came before the first frame that is shown: it fills what its track lacks where it has ended
   * before the pictures, and begins none.
   */
  placeEarlier(frame: Frame): Frame | undefined {
    return this.#placeOf(frame.track).to.last === undefined ? undefined : this.place(frame)
  }

  /** Where what begins with a frame of this track goes on; `undefined` if nothing has come yet. */
  #endFor(first: Track): Microseconds | undefined {
    let [own, latest]: (Microseconds | undefined)[] = []
    for (const spliced of this.#tracks) {
      const end = spliced && endOf(spliced)
      if (end === undefined) continue
      if (spliced?.track.kind === first.kind && spliced.track.index === first.index) own = end
      latest = Math.max(latest ?? end, end)
    }
    return own === undefined || latest === undefined ? latest : Math.max(own, latest - longestOverlap)
  }

  #placeOf(track: Track): Place {
    const known = this.#places[track.id]
    if (known?.from === track) return known
    const to = this.#splicedTrack(track)
    const shift = rescale(this.#shift as number, ticksPerSecond, to.track.timescale)
    const floor = known === undefined ? floorOf(to) : Number.NEGATIVE_INFINITY
    const place = { from: track, to, shift, floor }
    this.#places[track.id] = place
    return place
  }

  #splicedTrack(track: Track): SplicedTrack {
    const known = this.#tracks.find(
      spliced => spliced?.track.kind === track.kind && spliced.track.index === track.index,
    )
    if (known === undefined) return this.#added(track)
    if (!isSame(known.track, track)) this.#change(known, track)
    return known
  }

  #added(track: Track): SplicedTrack {
    const id = this.#tracks[track.id] === undefined ? track.id : this.#tracks.length
    const spliced = { track: id === track.id ? track : { ...track, id }, last: undefined, step: 0, stepBefore: 0 }
    this.#tracks[id] = spliced
    return spliced
  }

  /** The times that were told stay what they are, in the ticks of the new configuration. */
  #change(spliced: SplicedTrack, track: Track): void {
    const { id, generation, timescale } = spliced.track
    spliced.track = { ...track, id, generation: generation + 1 }
    spliced.step = rescale(spliced.step, timescale, track.timescale)
    spliced.stepBefore = rescale(spliced.stepBefore, timescale, track.timescale)
    if (spliced.last !== undefined) spliced.last = rescale(spliced.last, timescale, track.timescale)
  }
}

/** Where a track has ended; `undefined` if nothing of it has come. */
function endOf({ track, last, step, stepBefore }: SplicedTrack): Microseconds | undefined {
  if (last === undefined) return undefined
  // A gap right before the end is not how long a frame lasts.
  const duration = stepBefore > 0 ? Math.min(step, stepBefore) : step
  return microseconds(last, track) + Math.min(Math.max(microseconds(duration, track), 1000), longestFrame)
}

/** Where the first frame of another input goes at the earliest. No two sounds are heard at once. */
function floorOf(spliced: SplicedTrack): Ticks {
  const { track, last } = spliced
  const end = endOf(spliced)
  if (last === undefined || end === undefined) return Number.NEGATIVE_INFINITY
  return track.kind === 'audio' ? rescale(end as number, ticksPerSecond, track.timescale) : last + 1
}

/** Kinds and codecs of what is seen and heard. */
function lineupOf(tracks: readonly Track[]): readonly string[] {
  return tracks.filter(({ kind }) => kind !== 'data').map(({ kind, index, codec }) => `${kind} ${index} ${codec}`)
}

function sameMembers(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every(one => others.includes(one))
}

/** True if frames of one track can follow those of the other, whatever it counts its times in. */
function isSame(a: Track, b: Track): boolean {
  const isAlike = a.codec === b.codec && a.isDelimited === b.isDelimited && a.hasFourCc === b.hasFourCc
  return isAlike && isSameConfig(told(a), told(b))
}

/** The configuration as far as decoders care: what comes over RTMP says more words of AAC than what comes over SRT. */
function told({ codec, config }: Track): Uint8Array | undefined {
  return codec === 'aac' && config !== undefined ? plainConfig(config) : config
}

function microseconds(time: Ticks, { timescale }: Track): Microseconds {
  return rescale(time, timescale, ticksPerSecond) as number
}
