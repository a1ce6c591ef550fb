import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { agentsQuery } from '../shared/api/lists.ts'
import { nameOf } from '../shared/api/names.ts'
import { useMessages } from '../shared/messages/index.ts'
import { useTimes } from '../shared/time/times.ts'
import { localTimeAt, momentOf } from '../shared/time/zoned.ts'
import { Button } from '../shared/ui/button.tsx'
import { Dialog } from '../shared/ui/dialog.tsx'
import { Select, Switch, TextField } from '../shared/ui/fields.tsx'
import { ActResults } from './act-results.tsx'
import { useActs, type Act, type ActKind } from './acts.ts'
import { type FoundPromise } from './promises-data.ts'
import { TimePicker } from './time-picker.tsx'

type Promises = readonly Pick<FoundPromise, 'id' | 'user' | 'queueType' | 'queueEntry'>[]

/** Does something with one promise or several, after asking; then says of each what became of it. */
export function ActDialog({
  kind,
  promises,
  onClose,
}: {
  kind: ActKind
  promises: Promises
  onClose: () => void
}): ReactNode {
  const { promises: texts, desk } = useMessages()
  const [act, setAct] = useState<Act>()
  const { results, isRunning, run } = useActs(promises.map(({ id }) => id))
  const [first] = promises
  const what = promises.length === 1 ? (first!.user?.name ?? desk.deleted) : texts.count(promises.length)
  const close = () => {
    // What has been sent is done: whoever asked for it sees what came of it.
    if (!isRunning) onClose()
  }
  function confirm(chosen: Act) {
    setAct(chosen)
    void run(chosen)
  }
  return (
    <Dialog
      title={texts.acts[kind](what)}
      description={act === undefined && texts.consequences[kind]}
      onClose={close}
      wide={kind === 'reschedule' && act === undefined}
    >
      {act === undefined ? (
        <Question kind={kind} promises={promises} onConfirm={confirm} onClose={close} />
      ) : (
        <ActResults
          kind={kind}
          promises={promises}
          results={results ?? new Map()}
          isRunning={isRunning}
          onGoOn={() => void run(act)}
          onClose={close}
        />
      )}
    </Dialog>
  )
}

/** What there is to say before it is done. */
function Question({
  kind,
  promises,
  onConfirm,
  onClose,
}: {
  kind: ActKind
  promises: Promises
  onConfirm: (act: Act) => void
  onClose: () => void
}): ReactNode {
  const { promises: texts, desk } = useMessages()
  const [agentId, setAgentId] = useState<number | null>()
  const [at, setAt] = useState<string>()
  const [orNextOpening, setOrNextOpening] = useState(false)
  const [reason, setReason] = useState('')
  const act = actOf()

  function actOf(): Act | undefined {
    if (kind === 'cancel') return { kind, reason: reason.trim() }
    if (kind === 'reschedule') return at === undefined ? undefined : { kind, scheduledFor: at, orNextOpening }
    return agentId === undefined ? undefined : { kind, agentId }
  }

  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (act) onConfirm(act)
      }}
    >
      {kind === 'reassign' && <ChooseAgent agentId={agentId} onChange={setAgentId} />}
      {kind === 'reschedule' && <ChooseTime promises={promises} at={at} onChange={setAt} />}
      {kind === 'reschedule' && promises.length > 1 && (
        <Switch label={texts.orNextOpening} isOn={orNextOpening} onChange={setOrNextOpening} />
      )}
      {kind === 'cancel' && (
        <TextField
          label={desk.cancelReason}
          hint={desk.cancelReasonHint}
          maxLength={200}
          value={reason}
          onChange={({ target }) => setReason(target.value)}
        />
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button look="quiet" onClick={onClose}>
          {texts.leave}
        </Button>
        <Button type="submit" look={kind === 'cancel' ? 'danger' : 'primary'} disabled={!act}>
          {texts.confirm[kind](promises.length)}
        </Button>
      </div>
    </form>
  )
}

/** One customer is offered the times at which it may be called; several have one time, by the own clock. */
function ChooseTime({
  promises,
  at,
  onChange,
}: {
  promises: Promises
  at: string | undefined
  onChange: (at: string | undefined) => void
}): ReactNode {
  const { promises: texts } = useMessages()
  const { zone } = useTimes()
  const [first, ...others] = promises
  if (others.length === 0) {
    const { user, queueEntry, queueType } = first!
    return <TimePicker user={user} queueType={queueEntry?.queueType ?? queueType} at={at} onChange={onChange} />
  }
  return (
    <TextField
      label={texts.newTime(zone)}
      type="datetime-local"
      value={at === undefined ? '' : localTimeAt(at, zone)}
      onChange={({ target: { value } }) => onChange(value === '' ? undefined : momentOf(value, zone).toISOString())}
    />
  )
}

const anybody = 'anybody'

function ChooseAgent({
  agentId,
  onChange,
}: {
  agentId: number | null | undefined
  onChange: (agentId: number | null | undefined) => void
}): ReactNode {
  const { promises: texts, wall, desk } = useMessages()
  const { data: agents = [] } = useQuery(agentsQuery)
  const read = (value: string) => (value === anybody ? null : value === '' ? undefined : Number(value))
  return (
    <Select
      label={wall.agent}
      value={agentId === null ? anybody : (agentId ?? '')}
      onChange={({ target }) => onChange(read(target.value))}
    >
      <option value="">{texts.chooseAgent}</option>
      <option value={anybody}>{texts.anyAgent}</option>
      {agents
        .filter(({ isActive }) => isActive)
        .map(({ session, ...agent }) => (
          <option key={agent.agentId} value={agent.agentId}>
            {nameOf(agent)} · {session ? desk.statuses[session.status] : texts.notAtWork}
          </option>
        ))}
    </Select>
  )
}
