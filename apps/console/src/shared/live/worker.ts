import { openFeed, type Said, type Told } from './feed.ts'

/** A page that has not said for so long that it is there has gone without a word. In the background it speaks once a minute. */
const goneAfterMs = 150_000

const pages = new Map<MessagePort, number>()
const feed = openFeed(tellAll)

function tellAll(told: Told) {
  for (const [page, heardAt] of pages) {
    if (Date.now() - heardAt > goneAfterMs) pages.delete(page)
    else page.postMessage(told)
  }
}

function hear(page: MessagePort, said: Said) {
  if (said.kind === 'leave') {
    pages.delete(page)
    return
  }
  pages.set(page, Date.now())
  if (said.kind === 'follow') {
    feed.follow(said.subject)
    for (const told of feed.standing()) page.postMessage(told)
  }
  if (said.kind === 'beat') feed.beat(said.agentId)
  if (said.kind === 'hurry') feed.hurry()
}

addEventListener('connect', (event) => {
  const page = (event as MessageEvent).ports[0]!
  page.addEventListener('message', ({ data }: MessageEvent<Said>) => hear(page, data))
  page.start()
})
