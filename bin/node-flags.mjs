/**
 * What Node is started with: a young generation of at most 12 MiB (three half spaces). By default it grows to 48 MiB
 * under a storm of joins and stays there, which is 30 to 60 KiB of garbage for each of 1000 players; scavenges of the
 * smaller one cost nothing that can be measured.
 */
export const nodeFlags = ['--max-semi-space-size=4']

/**
 * What Node is started with beside the variables that are there. Of the GNU allocator: what takes 128 KiB or more is
 * given back to the system when it is freed. By itself it learns from the first segment of a stream to keep room of that
 * size, which ends up in pieces. Other allocators do not know it.
 *
 * @param {Readonly<Record<string, string | undefined>>} variables
 */
export function nodeVariables(variables) {
  return { MALLOC_MMAP_THRESHOLD_: '131072', ...variables }
}
