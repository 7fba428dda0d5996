import { createFile, type ISOFile, Log, MP4BoxBuffer, type Sample, type SampleEntry } from 'mp4box'

// mp4box.js 2.4 warns of each dfLa, which it takes for longer than it is.
Log.setLogLevel((module, message) => Log.error(module, message))

/** One track of a file as mp4box.js reads it. */
export type ReadTrack = {
  readonly id: number
  /** As a page would give it to a browser. */
  readonly codec: string
  readonly timescale: number
  readonly samples: readonly Sample[]
  readonly sampleEntry: SampleEntry
}

/** The tracks of an MP4, fragmented or not, by a parser that nobody here wrote. */
export function readMp4(bytes: Uint8Array): readonly ReadTrack[] {
  const { tracks } = parseMp4(bytes)
  return tracks
}

/** The same, with the boxes. */
export function parseMp4(bytes: Uint8Array): { readonly file: ISOFile; readonly tracks: readonly ReadTrack[] } {
  const file = createFile()
  const samples = new Map<number, Sample[]>()
  file.onError = (module, message) => {
    throw new Error(`Cannot read MP4: mp4box.js says ${module}: ${message}`)
  }
  file.onReady = ({ tracks }) => {
    for (const { id } of tracks) file.setExtractionOptions(id, undefined, { nbSamples: 1 })
    file.start()
  }
  file.onSamples = (id, _, batch) => samples.set(id, [...(samples.get(id) ?? []), ...batch])
  file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(Uint8Array.from(bytes).buffer, 0), true)
  file.flush()
  const tracks = file.getInfo().tracks.map(({ id, codec, timescale }) => {
    const sampleEntry = file.getTrackById(id).mdia.minf.stbl.stsd.entries[0]
    if (sampleEntry === undefined) throw new Error(`Cannot read MP4: track ${id} has no sample entry`)
    return { id, codec, timescale, samples: samples.get(id) ?? [], sampleEntry }
  })
  return { file, tracks }
}
