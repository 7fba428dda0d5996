import type { Page } from 'playwright-core'

/** Where a browser finds a server: a `ServerProcess`, or the same over HTTPS. */
export type Website = { httpUrl(path: string): string }

/** That of the tests is signed by itself. */
export const certificates = { ignoreHTTPSErrors: true } as const

/** What a page has fetched from its server so far, by the protocol as the browser names it: `h2`, `http/1.1`. */
export async function fetchedOver(page: Page): Promise<Readonly<Record<string, readonly string[]>>> {
  const entries: [protocol: string, path: string][] = await page.evaluate(
    'performance.getEntriesByType("resource").map(({ nextHopProtocol, name }) => [nextHopProtocol, new URL(name).pathname])',
  )
  const protocols = [...new Set(entries.map(([protocol]) => protocol))]
  return Object.fromEntries(
    protocols.map(protocol => [protocol, entries.filter(([over]) => over === protocol).map(([, path]) => path)]),
  )
}
