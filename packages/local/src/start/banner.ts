import process from 'node:process'
import { styleText } from 'node:util'
import type { Settings } from './settings.ts'
import { signToken } from './tokens.ts'

/** What is shown when everything runs: where things are, how to get in, and a line to try. */
export async function banner(
  settings: Settings,
  services: { envFile: string; ownDatabase: boolean; ownRedis: boolean },
): Promise<string> {
  const { apiUrl, jwtSecret, adminPassword, home, dataDirectory, tokenHours, withDemo } = settings
  const [agent, supervisor, service] = await Promise.all([
    signToken(jwtSecret, { role: 'agent', agentId: 1 }, tokenHours),
    signToken(jwtSecret, { role: 'supervisor', name: 'banner' }, tokenHours),
    signToken(jwtSecret, { role: 'service', name: 'banner' }, tokenHours),
  ])
  const rows: [string, string][] = [
    ['API', apiUrl],
    ['Reference', `${apiUrl}/docs`],
    ['Queues', `${apiUrl}/admin/queues   user supervisor   password ${adminPassword}`],
    ['Demo', withDemo ? 'running; DEMO=0 leaves it out' : 'left out (DEMO=0)'],
    ['Database', services.ownDatabase ? `${dataDirectory}/postgres` : 'the one that DATABASE_URL names'],
    ['Redis', services.ownRedis ? `${dataDirectory}/redis` : 'the one that REDIS_URL names'],
    ['Logs', `${home}/logs`],
    ['Shell', `. ${services.envFile}   (URLs and tokens, for a second terminal)`],
  ]
  const bold = (text: string): string => styleText('bold', text, { stream: process.stdout })
  return [
    '',
    bold('Ringback is running.'),
    ...rows.map(([name, value]) => `  ${name.padEnd(10)} ${value}`),
    '',
    bold(`Tokens, valid for ${tokenHours} hours`),
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
