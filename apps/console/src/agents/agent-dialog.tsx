import type { AgentWithSession } from '@ringback/client'
import { useState, type ReactNode } from 'react'
import { namesOfQueues } from '../queues/queues-data.ts'
import { ringback } from '../shared/api/client.ts'
import { fieldErrorsOf, useChange } from '../shared/api/use-change.ts'
import { useMessages } from '../shared/messages/index.ts'
import { Button } from '../shared/ui/button.tsx'
import { Dialog } from '../shared/ui/dialog.tsx'
import { Refusal } from '../shared/ui/failure.tsx'
import { Switch, TextField } from '../shared/ui/fields.tsx'
import { bodyOf, draftOf, fullNameOf, hasOtherSkills, type AgentDraft } from './agents-data.ts'
import { SkillChoice } from './skill-choice.tsx'

/** Writes an agent. What takes calls away from somebody is told, and asked for, before it is done. */
export function AgentDialog({
  agent,
  agents,
  queues,
  onClose,
}: {
  /** Undefined for a new one. */
  agent: AgentWithSession | undefined
  agents: readonly AgentWithSession[]
  queues: readonly { queueType: string; name: string }[]
  onClose: () => void
}): ReactNode {
  const { agents: texts, layout } = useMessages()
  const [draft, setDraft] = useState(() => draftOf(agent))
  const [isAsking, setAsking] = useState(false)
  const save = useChange(
    ({ agentId, ...written }: AgentDraft) => ringback.agents.put(Number(agentId), bodyOf({ agentId, ...written })),
    { read: ['agents', 'overview'], told: (written) => texts.saved(fullNameOf(written)), onDone: onClose },
  )
  const errors = fieldErrorsOf(save.error)
  const isTaken = agent === undefined && agents.some(({ agentId }) => String(agentId) === draft.agentId.trim())
  const consequences = agent ? consequencesOf(agent, draft) : []
  const change = (changes: Partial<AgentDraft>) => setDraft({ ...draft, ...changes })

  function consequencesOf(before: AgentWithSession, { queueTypes, isActive }: AgentDraft): string[] {
    const nameOf = namesOfQueues(queues)
    const served = queueTypes?.map(nameOf).join(', ')
    return [
      ...(hasOtherSkills(before.queueTypes, queueTypes)
        ? [served === undefined ? texts.willServeAll : served === '' ? texts.willServeNone : texts.willServe(served)]
        : []),
      ...(before.isActive && !isActive ? [texts.willBeInactive] : []),
      ...(!before.isActive && isActive ? [texts.willBeActive] : []),
    ]
  }
  function submit() {
    if (consequences.length > 0 && !isAsking) setAsking(true)
    // Back at the fields, where it says what is wrong.
    else save.mutate(draft, { onError: () => setAsking(false) })
  }

  return (
    <Dialog
      title={agent ? (isAsking ? texts.askTitle(fullNameOf(agent)) : fullNameOf(agent)) : texts.add}
      description={agent ? texts.number(agent.agentId) : texts.addHint}
      onClose={onClose}
    >
      <form
        className="grid gap-4"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        {isAsking ? (
          <ul className="list-disc space-y-2 ps-5">
            {consequences.map((consequence) => (
              <li key={consequence}>{consequence}</li>
            ))}
          </ul>
        ) : (
          <>
            {!agent && (
              <TextField
                label={texts.numberLabel}
                hint={texts.numberHint}
                error={isTaken ? texts.numberTaken : errors.get('agentId')}
                inputMode="numeric"
                autoComplete="off"
                value={draft.agentId}
                onChange={({ target }) => change({ agentId: target.value })}
              />
            )}
            <div className="grid gap-4 sm:grid-cols-2">
              <TextField
                label={texts.firstName}
                error={errors.get('firstName')}
                autoComplete="off"
                value={draft.firstName}
                onChange={({ target }) => change({ firstName: target.value })}
              />
              <TextField
                label={texts.lastName}
                error={errors.get('lastName')}
                autoComplete="off"
                value={draft.lastName}
                onChange={({ target }) => change({ lastName: target.value })}
              />
            </div>
            <TextField
              label={texts.email}
              error={errors.get('email')}
              type="email"
              autoComplete="off"
              value={draft.email}
              onChange={({ target }) => change({ email: target.value })}
            />
            <SkillChoice
              chosen={draft.queueTypes}
              queues={queues}
              error={errors.get('queueTypes')}
              onChange={(queueTypes) => change({ queueTypes })}
            />
            <Switch label={texts.isActive} isOn={draft.isActive} onChange={(isActive) => change({ isActive })} />
          </>
        )}
        <Refusal error={save.error} />
        <div className="flex flex-wrap justify-end gap-2">
          <Button look="quiet" onClick={isAsking ? () => setAsking(false) : onClose}>
            {layout.back}
          </Button>
          <Button type="submit" look="primary" busy={save.isPending} disabled={isTaken || draft.agentId.trim() === ''}>
            {isAsking ? texts.saveAnyway : texts.save}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
