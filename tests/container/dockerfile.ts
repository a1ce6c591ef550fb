/** What a line of a Dockerfile asks for; `args` is the rest of it, without its flags. */
export interface Instruction {
  name: string
  flags: Record<string, string>
  args: string
}

export interface Stage {
  /** The name after AS; of the last one there need be none. */
  name: string | undefined
  instructions: Instruction[]
}

/** Reads the stages of a Dockerfile, each with its instructions in order. It knows what ours uses, and no more. */
export function parseDockerfile(text: string): Stage[] {
  const lines = text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .join('\n')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
  const stages: Stage[] = []
  for (const line of lines) {
    const instruction = parseInstruction(line)
    if (instruction.name === 'FROM') {
      stages.push({ name: / AS (\S+)$/i.exec(instruction.args)?.[1], instructions: [] })
    } else {
      stages.at(-1)!.instructions.push(instruction)
    }
  }
  return stages
}

function parseInstruction(line: string): Instruction {
  const [, name, flags, args] = /^(\w+)\s+((?:--\w+=\S+\s+)*)(.*)$/.exec(line.trim())!
  const named = [...flags!.matchAll(/--(\w+)=(\S+)/g)].map(([, flag, value]) => [flag!, value!] as const)
  return { name: name!.toUpperCase(), flags: Object.fromEntries(named), args: args! }
}
