import type { Page } from 'playwright-core'

/** Where a browser finds a server: a `ServerProcess`, or the same over HTTPS. */
export type Website = { httpUrl(path: string): string }

/** That of the tests is signed by itself. */
export const certificates = { ignoreHTTPSErrors: true } as const

/** Paths, with what was asked, that a page has fetched from its server so far, by the protocol as the browser names it: `h2`. */
export async function fetchedOver(page: Page): Promise<Readonly<Record<string, readonly string[]>>> {
  const entries = await page.evaluate<[protocol: string, path: string][]>(
    `performance.getEntriesByType('resource').map(({ nextHopProtocol, name }) => [
      nextHopProtocol, name.slice(location.origin.length)])`,
  )
  const protocols = [...new Set(entries.map(([protocol]) => protocol))]
  return Object.fromEntries(
    protocols.map(protocol => [protocol, entries.filter(([over]) => over === protocol).map(([, path]) => path)]),
  )
}
