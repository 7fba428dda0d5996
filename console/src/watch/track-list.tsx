import type { Track } from '../api/sluice-api.ts'
import { formatBitrate } from '../format/quantity.ts'
import { codecName, frameRate, pictureSize, soundFormat } from '../format/track-facts.ts'
import { Panel } from './panel.tsx'
import css from './table.module.css'

const kinds: Readonly<Record<Track['kind'], string>> = { video: 'Video', audio: 'Audio', data: 'Data' }

export function TrackList({ tracks }: { tracks: readonly Track[] }) {
  if (tracks.length === 0) return null
  return (
    <Panel title="Tracks">
      <div className={css.scroll}>
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">Kind</th>
              <th scope="col">Codec</th>
              <th scope="col">Format</th>
              <th scope="col" className={css.number}>
                Bitrate
              </th>
            </tr>
          </thead>
          <tbody>
            {tracks.map(track => (
              <tr key={track.id}>
                <td>{trackName(track)}</td>
                <td>
                  {codecName(track.codec)} {track.codecString && <code className={css.soft}>{track.codecString}</code>}
                </td>
                <td>{trackFormat(track)}</td>
                <td className={css.number}>{formatBitrate(track.bitrate)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
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
