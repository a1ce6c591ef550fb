import type { Clock } from '@ringback/core'
import type { FastifyInstance } from 'fastify'
import type { Redis } from 'ioredis'
import type postgres from 'postgres'
import { accept } from './accept.ts'
import { claimSameWrites } from './claim-same-writes.ts'
import { claimVsPostgresSameWrites } from './claim-vs-postgres-same-writes.ts'
import { claim } from './claim.ts'
import { outcome } from './outcome.ts'
import { peekSameReads } from './peek-same-reads.ts'
import { peek } from './peek.ts'
import { report } from './report.ts'
import { snooze } from './snooze.ts'

/** What a rival's route works with. */
export interface RivalDeps {
  app: FastifyInstance
  sql: postgres.Sql
  redis: Redis
  /** Key of a sorted set of entry ids in their order. */
  laneKey: string
  /** Key of a hash: entry id → answer. */
  answersKey: string
  clock: Clock
}

/** By the name of the comparison. */
export const rivals = {
  claim,
  'claim-same-writes': claimSameWrites,
  'claim-vs-postgres-same-writes': claimVsPostgresSameWrites,
  peek,
  'peek-same-reads': peekSameReads,
  accept,
  snooze,
  outcome,
  report,
}
export type RivalName = keyof typeof rivals
