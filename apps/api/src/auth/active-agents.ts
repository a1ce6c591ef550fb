import type { Deps } from '@ringback/core'
import { agents } from '@ringback/db'
import { ApiProblem } from '../problems/problem.ts'

/** So long an agent whom another process has deactivated may go on here. */
const rememberedForMs = 5_000
const agentsRemembered = 10_000

/** Which agents may use their tokens: those who exist and are active. */
export interface ActiveAgents {
  /**
   * Lets an active agent pass.
   *
   * @throws ApiProblem `no-active-agent`; what Postgres throws when it is asked and away
   */
  require(agentId: number): Promise<void>
  /** This process has changed an agent: it is looked up anew. */
  forget(agentId: number): void
}

/**
 * Asks Postgres, and remembers for some seconds who is active; who is not is looked up each time, and so is let in as soon
 * as somebody changes that. Requests that come at once share one look. A look that was begun before `forget` is forgotten
 * with it, whatever it finds.
 */
export function activeAgents({ sql, clock }: Pick<Deps, 'sql' | 'clock'>): ActiveAgents {
  const looks = new Map<number, { agent: ReturnType<typeof agents.get>; until: number }>()

  return {
    async require(agentId) {
      const now = clock.now().getTime()
      let look = looks.get(agentId)
      if (!look || now >= look.until) {
        if (looks.size >= agentsRemembered) looks.clear()
        look = { agent: agents.get(sql, agentId), until: now + rememberedForMs }
        looks.set(agentId, look)
      }
      const agent = await look.agent.catch(() => undefined)
      if (agent?.isActive) return
      if (looks.get(agentId) === look) looks.delete(agentId)
      await look.agent // Postgres could not tell: that is no fault of the agent.
      const detail = agent ? `Agent ${agentId} is not active any more` : `There is no agent ${agentId}`
      throw new ApiProblem(
        'no-active-agent',
        `${detail}; until a service or supervisor writes it as active, its token opens nothing, and nobody acts for it`,
      )
    },
    forget: (agentId) => void looks.delete(agentId),
  }
}
