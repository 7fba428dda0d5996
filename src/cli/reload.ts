import type { Log } from '../contracts/log.ts'
import type { SignalSource } from './shutdown.ts'

/** What can read again the files that it works with. */
export type Reloadable = {
  /** Never rejects: what is broken now changes nothing. */
  reload(): Promise<void>
}

/** Each SIGHUP makes `server` read its files again. */
export function reloadOnHangup(server: Reloadable, signals: SignalSource, log: Log): void {
  signals.on('SIGHUP', signal => {
    log.info('SERVER_RELOADING', `reading files again on ${signal}`)
    void server.reload()
  })
}
