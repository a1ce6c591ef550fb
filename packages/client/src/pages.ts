/** What is known of a page: where the next one begins. */
interface Page {
  nextCursor: string | null
}

/**
 * A list that comes by pages. `for await (const item of pages)` brings every item, and asks for a page when the one before is
 * done; `first()` brings one page, and `byPage()` one after the other. Nothing is asked before.
 */
export class Pages<Item, Body extends Page> implements AsyncIterable<Item> {
  readonly #ask: (cursor: { cursor?: string }) => Promise<Body>
  readonly #key: keyof Body

  /** @param key the field of a page that holds its items */
  constructor(ask: (cursor: { cursor?: string }) => Promise<Body>, key: keyof Body) {
    this.#ask = ask
    this.#key = key
  }

  /** One page: the first, or the one after the `cursor` that was asked for. */
  first(): Promise<Body> {
    return this.#ask({})
  }

  async *byPage(): AsyncGenerator<Body, void> {
    let page = await this.first()
    for (;;) {
      yield page
      if (page.nextCursor === null) return
      page = await this.#ask({ cursor: page.nextCursor })
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void> {
    for await (const page of this.byPage()) yield* page[this.#key] as Item[]
  }
}
