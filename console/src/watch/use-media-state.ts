import { type RefObject, useEffect, useState } from 'react'

/** What the element itself knows and changes: sound, and the size of the picture. */
export type MediaState = {
  readonly muted: boolean
  /** 0 to 1. */
  readonly volume: number
  /** Of the last picture that was seen, so that the layout keeps its shape between two of them; 0 before the first. */
  readonly width: number
  readonly height: number
}

const initialMedia: MediaState = { muted: true, volume: 1, width: 0, height: 0 }

export function useMediaState(video: RefObject<HTMLVideoElement | null>): MediaState {
  const [state, setState] = useState(initialMedia)
  useEffect(() => {
    const element = video.current
    if (element === null) return
    const stopping = new AbortController()
    const read = () => setState(known => readMedia(element, known))
    for (const type of ['volumechange', 'loadedmetadata', 'resize']) {
      element.addEventListener(type, read, { signal: stopping.signal })
    }
    return () => stopping.abort()
  }, [video])
  return state
}

function readMedia(element: HTMLVideoElement, known: MediaState): MediaState {
  const { muted, volume, videoWidth, videoHeight } = element
  const seen = videoWidth > 0
  return { muted, volume, width: seen ? videoWidth : known.width, height: seen ? videoHeight : known.height }
}
