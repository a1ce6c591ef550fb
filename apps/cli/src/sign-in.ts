import {
  certificatesOf,
  databaseClock,
  databaseSettings,
  makeSignInCode,
  readSettings,
  SettingsError,
  signInCodeMinutes,
  tlsRemedy,
  tokenSettings,
} from '@ringback/core'
import { connect } from '@ringback/db'
import { z } from 'zod'
import { bearerArguments, readBearerArguments, UsageError } from './bearer-arguments.ts'

const roles = ['agent', 'viewer', 'supervisor'] as const

const usage = `Usage: ./ringback sign-in --role agent|viewer|supervisor [--agent ID] [--name NAME] [--url URL]

Prints an address that signs a browser in once, within ${signInCodeMinutes} minutes. It needs DATABASE_URL and AUTH_JWT_SECRET.
  --role   who the session stands for
  --agent  the agent's id; needed for the role agent, and only there
  --name   whose session it is, as history and logs name it; the role when left out
  --url    where browsers reach Ringback; PUBLIC_URL when left out, else this machine at API_PORT`

const signInArguments = z.object({
  ...bearerArguments(roles),
  url: z.url({ protocol: /^https?$/, error: '--url must be like https://ringback.example.com' }).optional(),
})

const signInSettings = databaseSettings.extend({
  AUTH_JWT_SECRET: tokenSettings.shape.AUTH_JWT_SECRET,
  PUBLIC_URL: z.string().optional(),
  API_PORT: z.string().default('3000'),
})

async function makeLink({ role, agent, name, url }: z.infer<typeof signInArguments>): Promise<string> {
  const settings = readSettings(signInSettings, process.env)
  const { database: certificates } = certificatesOf(settings)
  const sql = connect(settings.DATABASE_URL, { max: 1, applicationName: 'ringback-sign-in', certificates })
  try {
    const clock = databaseClock(sql)
    await clock.ready()
    const bearer = { role, agentId: agent ?? null, sub: name ?? (agent === undefined ? role : `agent-${agent}`) }
    const code = await makeSignInCode(sql, { bearer, secret: settings.AUTH_JWT_SECRET, now: clock.now() })
    const address = url ?? settings.PUBLIC_URL ?? `http://127.0.0.1:${settings.API_PORT}`
    return `${address.replace(/\/+$/, '')}/sign-in#code=${code}`
  } finally {
    await sql.end({ timeout: 1 })
  }
}

/** `./ringback sign-in`: who has the secret that signs tokens, and the database, may let anybody in. */
try {
  const wanted = readBearerArguments(signInArguments, { own: 'url', usage })
  console.log(wanted ? await makeLink(wanted) : usage)
} catch (error) {
  if (error instanceof UsageError || error instanceof SettingsError) console.error(error.message)
  else {
    const remedy = tlsRemedy(error, 'DATABASE') ?? 'check DATABASE_URL, and run ./ringback migrate'
    console.error(`No code could be made: ${(error as Error).message}\nTo do: ${remedy}.`)
  }
  process.exitCode = 1
}
