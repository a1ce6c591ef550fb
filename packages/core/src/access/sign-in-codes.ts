import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { signInCodes, type SignInCode, type Sql } from '@ringback/db'
import { addMilliseconds } from '../clock.ts'

/** For whom a code is. `agentId` is null for all who are not an agent. */
export type CodeBearer = Pick<SignInCode, 'role' | 'agentId' | 'sub'>

/** What becomes of a code that somebody comes with. */
export type CodeUse = { kind: 'used'; bearer: CodeBearer } | { kind: 'refused'; because: 'unknown' | 'over' | 'spent' }

/** How long a code can be used, in minutes. */
export const signInCodeMinutes = 15

const codeBytes = 32

/**
 * Makes a code with which `bearer` signs in once, within a quarter of an hour. It is told to nobody else: what is stored is a
 * hash, and a seal that only who has the secret of tokens can make, as such a one could make a token as well.
 *
 * @param secret what tokens are signed with
 */
export async function makeSignInCode(
  sql: Sql,
  { bearer: { role, agentId, sub }, secret, now }: { bearer: CodeBearer; secret: string; now: Date },
): Promise<string> {
  const code = randomBytes(codeBytes).toString('base64url')
  const row = { role, agentId, sub, expiresAt: addMilliseconds(now, signInCodeMinutes * 60_000) }
  await signInCodes.add(sql, { ...row, codeHash: hashOf(code), seal: sealOf(code, row, secret), createdAt: now })
  return code
}

/**
 * Uses up a code. A row whose seal is none of ours is as good as none.
 *
 * @param secrets those that tokens may be signed with
 */
export async function useSignInCode(
  sql: Sql,
  { code, secrets, now }: { code: string; secrets: readonly string[]; now: Date },
): Promise<CodeUse> {
  const codeHash = hashOf(code)
  const row = await signInCodes.find(sql, codeHash)
  if (!row || !secrets.some((secret) => isEqual(row.seal, sealOf(code, row, secret)))) {
    return { kind: 'refused', because: 'unknown' }
  }
  const { role, agentId, sub } = row
  if (await signInCodes.use(sql, codeHash, now)) return { kind: 'used', bearer: { role, agentId, sub } }
  return { kind: 'refused', because: row.expiresAt <= now ? 'over' : 'spent' }
}

function hashOf(code: string): string {
  return createHash('sha256').update(code).digest('base64url')
}

function sealOf(code: string, { role, agentId, sub, expiresAt }: CodeBearer & { expiresAt: Date }, secret: string) {
  const sealed = JSON.stringify(['sign-in code', code, role, agentId, sub, expiresAt.getTime()])
  return createHmac('sha256', secret).update(sealed).digest('base64url')
}

function isEqual(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other))
}
