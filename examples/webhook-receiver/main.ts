import { receiver } from './receiver.ts'

const { WEBHOOK_SECRET: secret, PORT: port = '8080' } = process.env
if (secret === undefined) {
  console.error('WEBHOOK_SECRET is not set; it is what POST /api/webhooks answered with as `secret`')
  process.exitCode = 1
} else {
  receiver(secret, ({ type, timestamp, data }) => console.log(timestamp, type, JSON.stringify(data))).listen(
    Number(port),
    () => console.log(`listening on port ${port}`),
  )
}
