import { stringify } from 'yaml'
import { dashboard } from './dashboard.ts'
import { rules } from './rules.ts'

/** The files of ops that are made from code, by path from here, as they should be. */
export function generatedFiles(): Record<string, string> {
  return {
    'prometheus/rules.yml': `# Made from ops/rules.ts by \`node ops/generate.ts\`.\n${stringify(rules(), { lineWidth: 0 })}`,
    'grafana/dashboards/ringback.json': `${JSON.stringify(dashboard(), null, 2)}\n`,
  }
}
