import { parseArgs, type ParseArgsConfig } from 'node:util'
import type { Role } from '@ringback/db'
import { z } from 'zod'

/** The arguments are wrong; the message ends with the usage. */
export class UsageError extends Error {}

/** What a command that speaks for a bearer is told of it. */
export function bearerArguments<const Roles extends readonly [Role, ...Role[]]>(roles: Roles) {
  return {
    role: z.enum(roles, `--role must be one of ${roles.join(', ')}`),
    agent: z.coerce.number('--agent must be a whole number').int().min(1).max(2_147_483_647).optional(),
    name: z.string().min(1, '--name must not be empty').max(200, '--name must have 200 characters or less').optional(),
  }
}

const options = { role: { type: 'string' }, agent: { type: 'string' }, name: { type: 'string' } } as const

/**
 * Reads the arguments of such a command. Undefined when the usage is asked for.
 *
 * @param own the names of those that the command has besides
 * @throws UsageError
 */
export function readBearerArguments<Wanted extends { role: string; agent?: number | undefined }>(
  schema: z.ZodType<Wanted>,
  { own, usage }: { own: string; usage: string },
): Wanted | undefined {
  const known: ParseArgsConfig['options'] = {
    ...options,
    [own]: { type: 'string' },
    help: { type: 'boolean', default: false },
  }
  const whole = schema.refine(({ role, agent }) => (role === 'agent') === (agent !== undefined), {
    message: 'the role agent needs --agent, and no other role has one',
  })
  try {
    const { help, ...values } = parseArgs({ options: known }).values
    if (help && Object.keys(values).length === 0) return undefined
    const result = whole.safeParse(values)
    if (result.success) return help ? undefined : result.data
    throw new Error(result.error.issues.map((issue) => issue.message).join('\n'))
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`)
  }
}
