import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** With what a command line begins; in a sentence a program by itself is only a name, but for ours. */
const programs = [
  String.raw`\./ringback`,
  'npm|npx|pnpm|node|docker(?! compose$)|curl|sh|bash|sudo|apt|apt-get|git|openssl|redis-cli|psql|createdb|pg_[a-z]+',
]
const isCommandLine = new RegExp(String.raw`^(?:[A-Z_]+=\S* )*(?:${programs[0]}(?: |$)|(?:${programs[1]}) \S)`)

export interface Document {
  page: string
  text: string
}

export const documents: Document[] = globSync(['*.md', 'docs/**/*.md'], { cwd: root, exclude: ['CHANGELOG.md'] })
  .toSorted()
  .map((page) => ({ page, text: readFileSync(join(root, page), 'utf8') }))

/** Parts of documents that are one script, between `<!-- NAME -->` and `<!-- /NAME -->`. */
const script = /<!-- ([\w-]+) -->.*?<!-- \/\1 -->/gs

/**
 * Every line of a document that a reader may type: those of blocks of `sh`, commands in other blocks that name no language,
 * and commands in sentences and tables. The `scripts`, by their names, are left out.
 */
export function commandLinesOf(text: string, scripts: string[]): string[] {
  const rest = text.replaceAll(script, (part, name: string) => (scripts.includes(name) ? '' : part))
  const blocks = [...rest.matchAll(/^```(\w*)\n(.*?)^```/gms)].flatMap(([, language, block]) => {
    if (language !== 'sh' && language !== '') return []
    const lines = block!.replaceAll(/\\\n\s*/g, '').split('\n')
    const typed = lines.map((line) => line.replace(/(^| +)# .*$/, '').trim()).filter((line) => line !== '')
    return language === 'sh' ? typed : typed.filter((line) => isCommandLine.test(line))
  })
  const prose = rest.replaceAll(/^```.*?^```/gms, '')
  const inline = [...prose.matchAll(/`([^`]+)`/g)].map(([, code]) => code!.replaceAll(/\s+/g, ' ').trim())
  return [...blocks, ...inline.filter((code) => isCommandLine.test(code))]
}

/** The names of the parts of a document that are scripts. */
export function scriptsOf(text: string): string[] {
  return [...text.matchAll(script)].map(([, name]) => name!)
}
