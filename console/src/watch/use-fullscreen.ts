import { type RefObject, useEffect, useState } from 'react'

export type Fullscreen = {
  readonly possible: boolean
  readonly active: boolean
  readonly toggle: () => void
}

export function useFullscreen(element: RefObject<HTMLElement | null>): Fullscreen {
  const [active, setActive] = useState(false)
  useEffect(() => {
    const read = () => setActive(document.fullscreenElement !== null && document.fullscreenElement === element.current)
    document.addEventListener('fullscreenchange', read)
    return () => document.removeEventListener('fullscreenchange', read)
  }, [element])

  /** The browser may refuse, for example in a frame; then nothing changes, which the viewer sees. */
  const toggle = () => {
    const change = active ? document.exitFullscreen() : element.current?.requestFullscreen()
    change?.catch(() => {})
  }
  return { possible: document.fullscreenEnabled, active, toggle }
}
