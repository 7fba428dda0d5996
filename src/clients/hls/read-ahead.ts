/** The same items; the next one is got ready while the one before is used. */
export async function* readAhead<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item> {
  const iterator = items[Symbol.asyncIterator]()
  let coming = iterator.next()
  try {
    for (let result = await coming; result.done !== true; result = await coming) {
      coming = iterator.next()
      // Whoever does not ask for it any more is not told that it failed.
      coming.catch(() => undefined)
      yield result.value
    }
  } finally {
    await iterator.return?.()
  }
}
