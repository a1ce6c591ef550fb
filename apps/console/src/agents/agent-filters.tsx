import { useRef, type ReactNode } from 'react'
import { useKeys } from '../shared/keys/use-keys.ts'
import { useMessages } from '../shared/messages/index.ts'
import { Select, TextField } from '../shared/ui/fields.tsx'
import { states, type AgentSearch, type AgentState } from './agent-search.ts'

/** What of the agents is shown; each choice goes into the address at once. */
export function AgentFilters({
  search,
  queues,
  onFind,
}: {
  search: AgentSearch
  queues: readonly { queueType: string; name: string }[]
  onFind: (search: AgentSearch) => void
}): ReactNode {
  const { agents: texts, wall } = useMessages()
  const form = useRef<HTMLFormElement>(null)
  useKeys({ search: () => form.current?.querySelector('input')?.focus() })
  function choose<Key extends keyof AgentSearch>(key: Key, value: AgentSearch[Key] | '') {
    const { [key]: _, ...others } = search
    onFind(value === '' ? others : { ...others, [key]: value })
  }
  return (
    <form
      ref={form}
      role="search"
      aria-label={texts.search}
      className="grid gap-3 sm:grid-cols-[minmax(0,2fr)_minmax(0,1fr)_minmax(0,1fr)]"
      onSubmit={(event) => event.preventDefault()}
    >
      <TextField
        label={texts.search}
        type="search"
        value={search.q ?? ''}
        autoComplete="off"
        onChange={({ target }) => choose('q', target.value)}
      />
      <Select
        label={wall.state}
        value={search.state ?? ''}
        onChange={({ target }) => choose('state', target.value as AgentState | '')}
      >
        <option value="">{texts.anyState}</option>
        {states.map((state) => (
          <option key={state} value={state}>
            {texts.states[state]}
          </option>
        ))}
      </Select>
      <Select label={texts.serves} value={search.queue ?? ''} onChange={({ target }) => choose('queue', target.value)}>
        <option value="">{texts.anyQueue}</option>
        {queues.map(({ queueType, name }) => (
          <option key={queueType} value={queueType}>
            {name}
          </option>
        ))}
      </Select>
    </form>
  )
}
