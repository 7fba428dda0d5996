import { QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import {
  ApiError,
  endSession,
  listDvr,
  listHooks,
  listStreams,
  readDvr,
  readServer,
  readStream,
  removeDvr,
  startRecording,
  stopRecording,
  switchInput,
  testHook,
} from './sluice-api.ts'

const pollMs = 2000
/** The list of what is kept changes slowly. */
const dvrListPollMs = 5000

/**
 * A failed poll is followed by the next poll, not by retries of its own. `networkMode: always`, because the browser's
 * idea of being offline says nothing about a server on this machine or in this network. Polls rest while the page is
 * hidden, and one is made as soon as it is seen again.
 */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: { queries: { retry: false, networkMode: 'always', staleTime: pollMs / 2, gcTime: 60_000 } },
  })
}

export function useStreams() {
  return useQuery({
    queryKey: ['streams'],
    queryFn: ({ signal }) => listStreams(signal),
    refetchInterval: ({ state }) => nextPoll(state.error),
  })
}

/** `data` is null for a stream that does not exist now: that is an answer, not an error. */
export function useStream(name: string) {
  return useQuery({
    queryKey: ['streams', name],
    queryFn: ({ signal }) => readStream(name, signal).catch(absentAsNull),
    refetchInterval: ({ state }) => nextPoll(state.error),
  })
}

/** What is kept of streams. */
export function useDvrList() {
  return useQuery({
    queryKey: ['dvr'],
    queryFn: ({ signal }) => listDvr(signal),
    refetchInterval: ({ state }) => nextPoll(state.error) && dvrListPollMs,
  })
}

/** What is kept of one stream, once the list has it; null if it is gone. */
export function useDvr(name: string) {
  const { data: list } = useDvrList()
  return useQuery({
    queryKey: ['dvr', name],
    queryFn: ({ signal }) => readDvr(name, signal).catch(absentAsNull),
    enabled: list?.some(({ stream }) => stream === name) ?? false,
    refetchInterval: ({ state }) => nextPoll(state.error),
  })
}

/** Removes what is kept of a stream. */
export function useDvrRemoval(name: string) {
  return useAction(() => removeDvr(name), ['dvr'])
}

/** Starts or stops the recording of a stream. Pending until the stream itself says so. */
export function useRecordingSwitch(name: string) {
  return useAction((on: boolean) => (on ? startRecording(name) : stopRecording(name)), ['streams', name])
}

/** Disconnects who publishes or plays a stream, by the id of the session. */
export function useSessionEnd(name: string) {
  return useAction(endSession, ['streams', name])
}

/** Hooks, and how they are doing. */
export function useHooks() {
  return useQuery({
    queryKey: ['hooks'],
    queryFn: ({ signal }) => listHooks(signal),
    refetchInterval: ({ state }) => nextPoll(state.error),
  })
}

/** Tries whether a hook works. */
export function useHookTest(name: string) {
  return useAction(() => testHook(name), ['hooks'])
}

/** Puts an input of a stream on air, or lets go of it. */
export function useInputSwitch(name: string) {
  return useAction((input: number | null) => switchInput(name, input), ['streams', name])
}

/** Read once: ports and version change only with a restart, after which the page finds out by the next reload. */
export function useServer() {
  return useQuery({
    queryKey: ['server'],
    queryFn: ({ signal }) => readServer(signal),
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: ({ state }) => (state.data === undefined ? nextPoll(state.error) : false),
  })
}

/** What a person does; pending until what it may have changed is read again. */
function useAction<Variables, Result>(act: (variables: Variables) => Promise<Result>, changed: readonly string[]) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: act,
    networkMode: 'always',
    onSettled: () => client.invalidateQueries({ queryKey: changed }),
  })
}

/** Each poll would open the browser's dialog again for whoever has closed it. */
function nextPoll(error: Error | null): number | false {
  return error instanceof ApiError && error.isDenied ? false : pollMs
}

function absentAsNull(error: unknown): null {
  if (error instanceof ApiError && error.status === 404) return null
  throw error
}
