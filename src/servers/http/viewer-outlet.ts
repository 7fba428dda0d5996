import type { Outlet } from '../../core/stall-clock.ts'

/** What carries a played stream to its viewer: a socket, or what does as one. */
export type ViewerOutlet = Outlet & {
  write(bytes: Uint8Array): unknown
  /** Cut it off. It closes. */
  destroy(): unknown
  once(event: 'close', listener: () => void): unknown
}
