/** Where to, and who. */
export type ReconnectOrder = {
  /** URL to connect to, absolute or relative; `undefined` for the one that the peer has connected with. */
  readonly url: string | undefined
  /** One connection only; `undefined` for all. */
  readonly connection: string | undefined
}

export type ReconnectResult =
  /** Ids of the connections whose peers were asked: those that can reconnect without losing anything. */
  | { readonly ok: true; readonly connections: readonly string[] }
  /** The one connection is not there, or its peer cannot. */
  | { readonly ok: false; readonly reason: 'no-connection' | 'not-capable' }

/** Asks peers to connect anew, here or elsewhere. */
export interface Reconnects {
  request(order: ReconnectOrder): ReconnectResult
}
