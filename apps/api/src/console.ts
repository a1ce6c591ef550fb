import { existsSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { consolePolicy, consoleScriptPolicy, policyHeader } from './security-headers.ts'

type SendPage = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

const indexFile = 'index.html'
const aYearMs = 365 * 24 * 60 * 60_000
/** What lies below these is no page, whatever a browser asks for there. */
const notPages = /^\/(?:api|admin|docs|problems|metrics|healthz|readyz|assets)(?:\/|$)/
const hidden = { schema: { hide: true } }

/** Where the console of this checkout or image lies once it is built; undefined before that. */
export function builtConsole(): string | undefined {
  const files = join(import.meta.dirname, '../../console/dist')
  return existsSync(join(files, indexFile)) ? files : undefined
}

/**
 * Serves the console: its page at `/`, and its files, whose names change with what is in them, for good. Where there are
 * `.br` or `.gz` beside them, those are sent. The page of every other path is sent where there is no route (`isPage`).
 */
export async function consoleRoutes(
  scope: FastifyInstance,
  { files, sendPage }: { files: string | undefined; sendPage: SendPage },
): Promise<void> {
  scope.get('/', hidden, async (request, reply) => {
    reply.header('vary', 'accept')
    return wantsPage(request) ? sendPage(request, reply) : reply.redirect('/docs')
  })
  if (files === undefined) return

  await scope.register(fastifyStatic, { root: files, serve: false, preCompressed: true, index: false })
  scope.addHook('onSend', async (_request, reply) => {
    const type = String(reply.getHeader('content-type'))
    // What a browser has kept keeps the policy that it came with.
    if (reply.statusCode === 304) reply.removeHeader(policyHeader)
    else if (/^(?:text|application)\/javascript/.test(type)) reply.header(policyHeader, consoleScriptPolicy)
  })
  scope.get('/assets/*', hidden, (request, reply) => {
    const { '*': path } = request.params as { '*': string }
    return reply.sendFile(path, join(files, 'assets'), { immutable: true, maxAge: aYearMs, dotfiles: 'ignore' })
  })
  for (const name of otherFiles(files)) {
    scope.get(`/${name}`, hidden, (_request, reply) => reply.sendFile(name, { maxAge: 0 }))
  }
}

/** What lies beside the page, such as its icon; names that do not change with what is in them. */
function otherFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== indexFile && !/^\.|\.(?:br|gz)$/.test(entry.name))
    .map(({ name }) => name)
}

/** Whether a browser asks for a page of the console: its router knows which there are. A name with a dot is a file. */
export function isPage(request: FastifyRequest): boolean {
  const path = request.url.split('?', 1)[0]!
  const isOfBrowser = ['GET', 'HEAD'].includes(request.method) && wantsPage(request)
  return isOfBrowser && !notPages.test(path) && !/\.[^/]*$/.test(path)
}

function wantsPage({ headers }: FastifyRequest): boolean {
  return /\btext\/html\b/.test(headers.accept ?? '')
}

/**
 * Sends the page of the console. It is read each time: it names the files of one build, and a new one may have taken the
 * place of that. A browser that has kept it asks for it anew.
 */
export function pageSender(files: string | undefined): SendPage {
  return async function sendPage(_request, reply) {
    const page = files === undefined ? undefined : await readPage(files)
    reply.type('text/html; charset=utf-8').headers({ [policyHeader]: consolePolicy, vary: 'accept' })
    if (page === undefined) return reply.code(503).send(notBuilt)
    return reply.header('cache-control', 'no-cache').send(page)
  }
}

/** Undefined while another build takes its place. */
async function readPage(files: string): Promise<string | undefined> {
  try {
    return await readFile(join(files, indexFile), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Ringback</title><style>:root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;margin:2rem auto;max-width:44rem;padding:0 1rem}</style><main><h1>The console has not been built</h1>
<p><code>npm start</code> builds it. By hand, in the checkout: <code>node scripts/build-console.mjs</code>, then restart the API.</p>
<p>The API is there: <a href="/docs">how it is used</a>.</p></main></html>
`
