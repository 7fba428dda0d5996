import { setTimeout } from 'node:timers/promises'

/**
 * Ask until the answer is something, and return it. For what a process tells only when asked: its API, its memory.
 *
 * @throws {Error} If there is none within `timeoutMs`.
 */
export async function pollUntil<T>(what: string, ask: () => Promise<T | undefined>, timeoutMs = 60_000): Promise<T> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (performance.now() > deadline) throw new Error(`Cannot wait any longer for ${what}: ${timeoutMs} ms have passed`)
    await setTimeout(20)
  }
}
