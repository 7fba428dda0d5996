import type { Track } from '../api/sluice-api.ts'
import { formatBitrate } from '../format/quantity.ts'
import { codecName, frameRate, pictureSize, soundFormat } from '../format/track-facts.ts'
import css from './table.module.css'
import { TablePanel } from './table-panel.tsx'

const kinds: Readonly<Record<Track['kind'], string>> = { video: 'Video', audio: 'Audio', data: 'Data' }

const columns = [{ name: 'Kind' }, { name: 'Codec' }, { name: 'Format' }, { name: 'Bitrate', isNumber: true }]

export function TrackList({ tracks }: { tracks: readonly Track[] }) {
  return (
    <TablePanel
      title="Tracks"
      columns={columns}
      rows={tracks}
      renderRow={track => <TrackRow key={track.id} track={track} />}
    />
  )
}

function TrackRow({ track }: { track: Track }) {
  const { codec, codecString, bitrate } = track
  return (
    <tr>
      <td>{trackName(track)}</td>
      <td>
        {codecName(codec)} {codecString && <code className={css.soft}>{codecString}</code>}
      </td>
      <td>{trackFormat(track)}</td>
      <td className={css.number}>{formatBitrate(bitrate)}</td>
    </tr>
  )
}

/** The first track of a kind needs no number: most streams have no other. */
function trackName({ kind, index }: Track): string {
  return kind === 'data' || index === 0 ? kinds[kind] : `${kinds[kind]} ${index + 1}`
}

function trackFormat(track: Track): string {
  const facts = track.kind === 'video' ? [pictureSize(track), frameRate(track)] : [soundFormat(track)]
  return facts.filter(fact => fact !== undefined).join(' · ') || '–'
}
