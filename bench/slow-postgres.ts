import { Socket } from 'node:net'

/** Loaded into worker processes before their own code: each statement leaves for Postgres 5 ms late, as over a network. */
const delayMs = 5
const port = Number(new URL(process.env.DATABASE_URL!).port)
const write: Socket['write'] = Reflect.get(Socket.prototype, 'write')

Socket.prototype.write = function (this: Socket, ...args: Parameters<Socket['write']>) {
  if (this.remotePort !== port) return write.apply(this, args)
  setTimeout(() => this.writable && write.apply(this, args), delayMs)
  return true
} as Socket['write']
