import type { BackoffLimits } from '../core/backoff.ts'
import type { Milliseconds } from '../core/units.ts'
import type { InputSource } from './input-source.ts'

/** One input of a stream, as it was declared. */
export type InputPlan = {
  /** Inputs of one key are one input: what else changes of them costs no connection. */
  readonly key: string
  /** Where it comes from, without secrets. */
  readonly shown: string
  /** Name for people. */
  readonly title: string
  /** How long it may bring no media. */
  readonly timeout: Milliseconds
  readonly reconnect: BackoffLimits
  /** Connected all the time, or only when nothing before it works. */
  readonly isHot: boolean
  /** What is shown when there is nothing else. */
  readonly isSlate: boolean
  /** `undefined` for an input that waits for somebody who publishes here. */
  readonly createSource: (() => InputSource) | undefined
}

/** A stream that has inputs, as it was declared. */
export type StreamPlan = {
  readonly name: string
  /** In the order in which they are preferred. */
  readonly inputs: readonly InputPlan[]
  /** How long an input that is preferred has to work before it gets its place back. */
  readonly hold: Milliseconds
  /** Inputs are connected while somebody watches, and for so long behind that; `undefined` for always. */
  readonly onDemand: { readonly linger: Milliseconds } | undefined
}
