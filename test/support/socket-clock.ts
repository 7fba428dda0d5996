import { FakeClock } from './fake-clock.ts'

/** Time stands still, but what is to happen soon does: sockets are real. */
export class SocketClock extends FakeClock {
  override soon(callback: () => void): void {
    setImmediate(callback)
  }
}
