import { appendFileSync, chmodSync, chownSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, startPostgres, startRedis, startRedisSentinel } from '@ringback/local'
import type { Identity } from './certificates.ts'

/** Files of this test, which the accounts of the servers may read, too. */
export interface TlsFiles {
  folder: string
  /** Writes a file and returns its path. */
  write(name: string, text: string): string
  remove(): void
}

export function makeTlsFiles(): TlsFiles {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-tls-'))
  chmodSync(folder, 0o755)
  return {
    folder,
    write(name, text) {
      const path = join(folder, name)
      writeFileSync(path, text, { mode: 0o644 })
      return path
    },
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  }
}

/** A server that speaks TLS; `url` leads to 127.0.0.1 and says nothing of TLS. */
export interface TlsServer {
  url: string
  stop(): Promise<void>
}

/** A Postgres that lets nobody in over TCP without TLS and, when `clientCa` is given, a certificate for the account. */
export async function startTlsPostgres(
  { folder }: TlsFiles,
  { cert, key, clientCa }: Identity & { clientCa?: string },
): Promise<TlsServer> {
  const dataDir = mkdtempSync(join(folder, 'postgres-'))
  const first = await startPostgres({ dataDir })
  await first.stop()
  const cluster = join(dataDir, 'cluster')
  const { uid, gid } = statSync(cluster)
  const put = (name: string, text: string) => {
    writeFileSync(join(cluster, name), text, { mode: 0o600 })
    chownSync(join(cluster, name), uid, gid)
  }
  put('server.crt', cert)
  put('server.key', key)
  if (clientCa !== undefined) put('root.crt', clientCa)
  put('pg_hba.conf', `hostssl all all 127.0.0.1/32 scram-sha-256${clientCa ? ' clientcert=verify-full' : ''}\n`)
  appendFileSync(join(cluster, 'postgresql.auto.conf'), `\nssl = on\n${clientCa ? "ssl_ca_file = 'root.crt'\n" : ''}`)
  return startPostgres({ dataDir })
}

/** A Redis that speaks TLS, to those only who have a certificate of `clientCa` when that is given. */
export async function startTlsRedis(
  files: TlsFiles,
  identity: Identity & { clientCa?: string },
  args: string[] = [],
): Promise<TlsServer & { port: number }> {
  const port = await freePort()
  const settings = Object.entries({ 'tls-port': String(port), ...redisTls(files, identity) })
  const server = await startRedis({ args: [...settings.flatMap(([name, value]) => [`--${name}`, value]), ...args] })
  const url = new URL(server.url)
  url.port = String(port)
  return { url: url.href.replace('redis:', 'rediss:'), port, stop: server.stop }
}

/** The sentinel of one Redis, both with the same certificate. `url` is where the master is asked for. */
export async function startTlsSentinel(
  files: TlsFiles,
  master: TlsServer & { port: number },
  identity: Identity & { clientCa?: string },
): Promise<TlsServer> {
  const port = await freePort()
  const settings = Object.entries({ 'tls-port': String(port), ...redisTls(files, identity), 'tls-replication': 'yes' })
  const server = await startRedisSentinel({
    master,
    masterName: 'callbacks',
    quorum: 1,
    downAfterMs: 60_000,
    settings: settings.map((line) => line.join(' ')),
  })
  const { password } = new URL(server.url)
  const url = `rediss+sentinel://:${password}@127.0.0.1:${port}/callbacks?sentinel_password=${password}`
  return { url, stop: server.stop }
}

function redisTls({ folder: parent }: TlsFiles, { cert, key, clientCa }: Identity & { clientCa?: string }) {
  const folder = mkdtempSync(join(parent, 'redis-'))
  chmodSync(folder, 0o755)
  const put = (name: string, text: string) => {
    writeFileSync(join(folder, name), text, { mode: 0o644 })
    return join(folder, name)
  }
  return {
    'tls-cert-file': put('cert', cert),
    'tls-key-file': put('key', key),
    'tls-ca-cert-file': put('ca', clientCa ?? cert),
    'tls-auth-clients': clientCa === undefined ? 'no' : 'yes',
  }
}
