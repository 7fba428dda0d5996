/**
 * What Node is started with: a young generation of at most 12 MiB (three half spaces). By default it grows to 48 MiB
 * under a storm of joins and stays there, which is 30 to 60 KiB of garbage for each of 1000 players; scavenges of the
 * smaller one cost nothing that can be measured.
 */
export const nodeFlags = ['--max-semi-space-size=4']
