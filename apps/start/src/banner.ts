import process from 'node:process'
import { styleText } from 'node:util'
import type { Settings } from './settings.ts'
import { signToken } from './tokens.ts'

const tokenLifetime = '24h'

/** What is shown when everything runs: where things are, how to get in, and a line to try. */
export async function banner(
  settings: Settings,
  services: { envFile: string; ownDatabase: boolean; ownRedis: boolean },
): Promise<string> {
  const { apiUrl, jwtSecret, adminPassword, home, dataDirectory, withDemo } = settings
  const [agent, supervisor, service] = await Promise.all([
    signToken(jwtSecret, { role: 'agent', agentId: 1 }, tokenLifetime),
    signToken(jwtSecret, { role: 'supervisor' }, tokenLifetime),
    signToken(jwtSecret, { role: 'service' }, tokenLifetime),
  ])
  const rows: [string, string][] = [
    ['API', apiUrl],
    ['Reference', `${apiUrl}/docs`],
    ['Queues', `${apiUrl}/admin/queues   user supervisor   password ${adminPassword}`],
    ['Demo', withDemo ? 'running; DEMO=no leaves it out' : 'left out (DEMO=no)'],
    ['Database', services.ownDatabase ? `${dataDirectory}/postgres` : 'the one that DATABASE_URL names'],
    ['Redis', services.ownRedis ? `${dataDirectory}/redis` : 'the one that REDIS_URL names'],
    ['Logs', `${home}/logs`],
    ['Shell', `. ${services.envFile}   (the URL and tokens, for a second terminal)`],
  ]
  const bold = (text: string): string => styleText('bold', text, { stream: process.stdout })
  return [
    '',
    bold('Ringback is running.'),
    ...rows.map(([name, value]) => `  ${name.padEnd(10)} ${value}`),
    '',
    bold('Tokens, valid for 24 hours'),
    `  agent 1    ${agent}`,
    `  supervisor ${supervisor}`,
    `  service    ${service}`,
    '',
    bold('Try'),
    `  curl -H 'Authorization: Bearer ${agent}' ${apiUrl}/api/agents/1/pending-callbacks`,
    '',
    'Ctrl-C stops all of it; the data stays.',
    '',
  ].join('\n')
}
