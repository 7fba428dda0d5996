import type { MetricSource, Sample } from '../contracts/metrics.ts'
import type { InputState, InputStatus, StreamInputs } from '../contracts/stream-inputs.ts'

type InputSample = Sample<'stream' | 'input'>

const labels = ['stream', 'input'] as const
const states: readonly InputState[] = ['off', 'connecting', 'receiving', 'silent', 'waiting', 'ended']

/** The inputs of declared streams; their series go with them. */
export function inputMetrics(inputs: Pick<StreamInputs, 'list'>): MetricSource {
  const perInput = (value: (input: InputStatus) => number) => ({ labels, read: () => samplesOf(inputs, value) })
  return [
    {
      type: 'gauge',
      name: 'sluice_inputs',
      help: 'Inputs of declared streams, by state',
      labels: ['state'],
      read: () => countByState(inputs),
    },
    {
      type: 'gauge',
      name: 'sluice_input_healthy',
      help: '1 while the input brings media, also while it is not on air',
      ...perInput(({ state }) => (state === 'receiving' ? 1 : 0)),
    },
    {
      type: 'gauge',
      name: 'sluice_input_on_air',
      help: '1 while the media of the input are those of the stream',
      ...perInput(({ isOnAir }) => (isOnAir ? 1 : 0)),
    },
    {
      type: 'gauge',
      name: 'sluice_input_bitrate_bits',
      help: 'Payload bits per second that the input brings, over the last five seconds',
      ...perInput(({ bitrate }) => bitrate),
    },
    {
      type: 'counter',
      name: 'sluice_input_bytes_total',
      help: 'Bytes that the input has brought',
      ...perInput(({ bytes }) => bytes),
    },
    {
      type: 'counter',
      name: 'sluice_input_frames_total',
      help: 'Frames that the input has brought',
      ...perInput(({ frames }) => frames),
    },
    {
      type: 'counter',
      name: 'sluice_input_failures_total',
      help: 'How often the input could not be connected, fell silent or was lost',
      ...perInput(({ failures }) => failures),
    },
    {
      type: 'counter',
      name: 'sluice_input_switches_total',
      help: 'How often another input of the stream was put on air, by reason',
      labels: ['stream', 'reason'],
      read: () =>
        inputs.list().flatMap(({ stream, switchCounts }) => {
          return [...switchCounts].map(([reason, value]) => ({ labels: { stream, reason }, value }))
        }),
    },
  ]
}

function samplesOf(inputs: Pick<StreamInputs, 'list'>, value: (input: InputStatus) => number): InputSample[] {
  return inputs.list().flatMap(({ stream, inputs: all }) => {
    return all.map(input => ({ labels: { stream, input: String(input.number) }, value: value(input) }))
  })
}

function countByState(inputs: Pick<StreamInputs, 'list'>): Sample<'state'>[] {
  const all = inputs.list().flatMap(({ inputs: ofStream }) => ofStream)
  return states.map(state => ({ labels: { state }, value: all.filter(input => input.state === state).length }))
}
