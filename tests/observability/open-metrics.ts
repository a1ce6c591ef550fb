/** A metric as it is told. */
export interface MetricFamily {
  name: string
  type: string
  help: string
  samples: { name: string; labels: Record<string, string>; value: number }[]
}

const samplePattern = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/

/** Asks for metrics and reads them. Throws when the answer is no OpenMetrics. */
export async function readMetrics(url: string): Promise<MetricFamily[]> {
  const response = await fetch(url)
  const type = response.headers.get('content-type')
  if (type !== 'application/openmetrics-text; version=1.0.0; charset=utf-8') throw new Error(`told as ${type}`)
  const lines = (await response.text()).split('\n')
  if (lines.pop() !== '' || lines.pop() !== '# EOF') throw new Error('the end is missing')
  const families: MetricFamily[] = []
  for (const line of lines) {
    const [, keyword, name, rest] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? []
    if (keyword === 'HELP') families.push({ name: name!, type: '', help: rest!, samples: [] })
    else if (keyword === 'TYPE') families.at(-1)!.type = rest!
    else families.at(-1)!.samples.push(sampleOf(line))
  }
  return families
}

function sampleOf(line: string): MetricFamily['samples'][number] {
  const [, name, labels = '', value] = samplePattern.exec(line) ?? []
  if (name === undefined) throw new Error(`no sample: ${line}`)
  const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, text]) => [label!, text!])
  return { name, labels: Object.fromEntries(pairs), value: Number(value) }
}
