import { ProtocolError } from '../../core/errors.ts'

/** One connection's life. Each phase holds only what is known by then. */
export type ConnectionState =
  | { readonly phase: 'handshaking' }
  | { readonly phase: 'opened' }
  | { readonly phase: 'connecting'; readonly transactionId: number; readonly objectEncoding: 0 | 3 }
  | { readonly phase: 'connected' }
  | { readonly phase: 'rejected' }

export type ConnectionEvent =
  | { readonly type: 'handshakeDone' }
  | { readonly type: 'connect'; readonly transactionId: number; readonly objectEncoding: 0 | 3 }
  | { readonly type: 'accept' }
  | { readonly type: 'reject' }

/** Pure: no socket, no clock. The session acts on the new state. */
export function stepConnection(state: ConnectionState, event: ConnectionEvent): ConnectionState {
  switch (event.type) {
    case 'handshakeDone':
      if (state.phase !== 'handshaking') throw outOfTurn(state, event)
      return { phase: 'opened' }
    case 'connect':
      if (state.phase !== 'opened') throw outOfTurn(state, event)
      return { phase: 'connecting', transactionId: event.transactionId, objectEncoding: event.objectEncoding }
    case 'accept':
      if (state.phase !== 'connecting') throw outOfTurn(state, event)
      return { phase: 'connected' }
    case 'reject':
      if (state.phase !== 'connecting') throw outOfTurn(state, event)
      return { phase: 'rejected' }
  }
}

/** One message stream's life. The names are the peer's, query and all, as FCUnpublish repeats them. */
export type StreamState =
  | { readonly phase: 'idle' }
  | { readonly phase: 'publishRequested' | 'publishing'; readonly rawName: string; readonly name: string }
  | { readonly phase: 'playRequested'; readonly name: string; readonly isReset: boolean }
  | { readonly phase: 'playing'; readonly name: string; readonly isPaused: boolean }

export type StreamEvent =
  | { readonly type: 'publish'; readonly rawName: string; readonly name: string }
  | { readonly type: 'play'; readonly name: string; readonly isReset: boolean }
  | { readonly type: 'accept' }
  | { readonly type: 'pause'; readonly isPaused: boolean }
  | { readonly type: 'end' }

/** Pure. Publish and play on a stream that does something else follow an `end`. Media bytes do not pass here. */
export function stepStream(state: StreamState, event: StreamEvent): StreamState {
  switch (event.type) {
    case 'publish':
      if (state.phase !== 'idle') throw outOfTurn(state, event)
      return { phase: 'publishRequested', rawName: event.rawName, name: event.name }
    case 'play':
      if (state.phase !== 'idle') throw outOfTurn(state, event)
      return { phase: 'playRequested', name: event.name, isReset: event.isReset }
    case 'accept':
      return accepted(state, event)
    case 'pause':
      if (state.phase !== 'playing') throw outOfTurn(state, event)
      return { ...state, isPaused: event.isPaused }
    case 'end':
      return { phase: 'idle' }
  }
}

function accepted(state: StreamState, event: StreamEvent): StreamState {
  if (state.phase === 'publishRequested') return { ...state, phase: 'publishing' }
  if (state.phase === 'playRequested') return { phase: 'playing', name: state.name, isPaused: false }
  throw outOfTurn(state, event)
}

function outOfTurn(state: { readonly phase: string }, event: { readonly type: string }): ProtocolError {
  return new ProtocolError('rtmp', 'unexpected', `Cannot handle RTMP "${event.type}" while ${state.phase}`)
}
