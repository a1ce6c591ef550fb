/** As much of a browser as signing in needs: it goes where it is sent, and keeps the cookies of each origin. */
export class Browser {
  readonly #cookies = new Map<string, Map<string, string>>()
  /** Each address that it has been to, in order. */
  readonly visited: URL[] = []

  /** Goes to an address and on from there, until somebody stops sending it on, or `until` says so. */
  async visit(address: string, until: (next: URL) => boolean = () => false): Promise<{ url: URL; response: Response }> {
    for (let url = new URL(address); ;) {
      const response = await this.fetch(url)
      const location = response.headers.get('location')
      const next = location === null ? undefined : new URL(location, url)
      if (!next || until(next)) return { url: next ?? url, response }
      url = next
    }
  }

  async fetch(url: URL): Promise<Response> {
    this.visited.push(url)
    const cookies = this.cookiesOf(url.origin)
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ')
    const headers = { accept: 'text/html', ...(cookie !== '' && { cookie }) }
    const response = await fetch(url, { redirect: 'manual', headers })
    for (const one of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(one)!
      if (/expires=Thu, 01 Jan 1970/i.test(one)) cookies.delete(name!)
      else cookies.set(name!, value!)
    }
    return response
  }

  cookiesOf(origin: string): Map<string, string> {
    const kept = this.#cookies.get(origin) ?? new Map<string, string>()
    this.#cookies.set(origin, kept)
    return kept
  }
}
