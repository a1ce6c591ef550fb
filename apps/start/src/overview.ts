import process from 'node:process'
import { styleText } from 'node:util'
import { signInCodeMinutes } from '@ringback/core'
import type { RunDetails } from './running.ts'
import { signInLinks } from './sign-in-links.ts'
import { signToken } from './tokens.ts'

/** Where things are, how to get in, a line to try, and what this is not: shown when all runs, and by `status`. */
export async function overview(details: RunDetails): Promise<string> {
  const { apiUrl, jwtSecret, adminPassword, home, dataDirectory, tokenHours, withDemo } = details
  const [agent, supervisor, service] = await Promise.all([
    signToken(jwtSecret, { role: 'agent', agentId: 1 }, tokenHours),
    signToken(jwtSecret, { role: 'supervisor', name: 'banner' }, tokenHours),
    signToken(jwtSecret, { role: 'service', name: 'banner' }, tokenHours),
  ])
  const links = await signInLinks(details)
  return [
    bold(`Open, each link once within ${signInCodeMinutes} minutes (./ringback status makes new ones)`),
    ...rows(links),
    '',
    ...rows({
      API: apiUrl,
      Reference: `${apiUrl}/docs`,
      Queues: `${apiUrl}/admin/queues   for supervisors; else user supervisor   password ${adminPassword}`,
      Demo: withDemo ? 'running; DEMO=no leaves it out' : 'left out (DEMO=no)',
      Database: details.databaseUrl,
      Redis: details.redisUrl,
      Data: dataDirectory,
      Logs: `${home}/logs`,
      Shell: `. ${details.envFile}   (the URL and tokens, for a second terminal)`,
    }),
    '',
    bold(`Tokens, valid for ${tokenHours} hours`),
    ...rows({ 'agent 1': agent, supervisor, service }),
    '',
    bold('Try'),
    `  curl -H 'Authorization: Bearer ${agent}' ${apiUrl}/api/agents/1/pending-callbacks`,
    '',
    'This is for trying out: one machine, secrets made up here, no TLS, no backups. Production needs a Postgres and a',
    'Redis that you look after, TLS in front, and tokens of your identity provider: docs/operations.md, "Production".',
    '',
    './ringback status shows this again. Ctrl-C stops all of it; the data stays.',
    '',
  ].join('\n')
}

/** Lines of names and values, the values below each other. */
export function rows(values: Record<string, string>): string[] {
  return Object.entries(values).map(([name, value]) => `  ${name.padEnd(10)} ${value}`)
}

export function bold(text: string): string {
  return styleText('bold', text, { stream: process.stdout })
}
