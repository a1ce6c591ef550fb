import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useRef, useState, type ReactNode } from 'react'
import { queuesQuery } from '../shared/api/lists.ts'
import { agentNamesQuery, nameOf } from '../shared/api/names.ts'
import { useKeys } from '../shared/keys/use-keys.ts'
import { useMessages } from '../shared/messages/index.ts'
import { Button } from '../shared/ui/button.tsx'
import { Select, Switch, TextField } from '../shared/ui/fields.tsx'
import { Icon } from '../shared/ui/icons.tsx'
import { orders, statuses, type PromiseSearch } from './promise-search.ts'
import { customerQuery, customersQuery } from './promises-data.ts'

/** Something else to search for; undefined takes it away. */
export type SearchChanges = { [Key in keyof PromiseSearch]?: PromiseSearch[Key] | undefined }

/** What can be searched for; each choice goes into the address at once, the text when it is sent. */
export function Filters({
  search,
  onFind,
}: {
  search: PromiseSearch
  onFind: (changes: SearchChanges) => void
}): ReactNode {
  const { promises: texts, wall, keys } = useMessages()
  const { data: agents = [] } = useQuery(agentNamesQuery)
  const { data: queues = [] } = useQuery(queuesQuery)
  /** On a narrow screen they would fill it. */
  const [isOpen, setOpen] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  useKeys({
    search: () => {
      field.current?.focus()
      field.current?.select()
    },
  })

  return (
    <form
      role="search"
      className="grid gap-3 rounded-xl border border-line bg-surface p-4 shadow-raised"
      onSubmit={(event) => {
        event.preventDefault()
        onFind({ q: field.current?.value.trim() || undefined, userId: undefined })
      }}
    >
      <div className="flex items-end gap-2">
        <div className="flex-1">
          <TextField
            // What is searched for may come from the address, and from the button that goes back.
            key={search.q ?? ''}
            ref={field}
            label={texts.search}
            type="search"
            maxLength={200}
            defaultValue={search.q ?? ''}
            placeholder={texts.searchHint}
          />
        </div>
        <Button type="submit" look="primary" icon="search" shortcut="search">
          {keys.search}
        </Button>
      </div>
      <Button
        icon="chevron"
        aria-expanded={isOpen}
        className="justify-self-start sm:hidden"
        onClick={() => setOpen(!isOpen)}
      >
        {texts.filters}
      </Button>
      <div className={`gap-3 sm:grid sm:grid-cols-2 lg:grid-cols-4 ${isOpen ? 'grid' : 'hidden'}`}>
        <Choice
          label={wall.state}
          value={search.status}
          none={texts.open}
          choices={[['all', texts.all], ...statuses.map((status) => [status, texts.statuses[status]] as const)]}
          onChoose={(status) => onFind({ status })}
        />
        <Choice
          label={wall.queue}
          value={search.queueType}
          none={texts.all}
          choices={queues.map(({ queueType, name }) => [queueType, name])}
          onChoose={(queueType) => onFind({ queueType })}
        />
        <Choice
          label={wall.agent}
          value={search.agentId?.toString()}
          none={texts.all}
          choices={agents.map((agent) => [String(agent.agentId), nameOf(agent)])}
          onChoose={(agentId) => onFind({ agentId: agentId === undefined ? undefined : Number(agentId) })}
        />
        <Choice
          label={texts.order}
          value={search.order}
          none={texts.orders.due}
          choices={orders.map((order) => [order, texts.orders[order]])}
          onChoose={(order) => onFind({ order })}
        />
        <Day label={texts.from} value={search.from} onChoose={(from) => onFind({ from })} />
        <Day label={texts.to} value={search.to} onChoose={(to) => onFind({ to })} />
        <div className="self-end">
          <Switch
            label={texts.onlyOverdue}
            isOn={search.overdue === true}
            onChange={(isOn) => onFind({ overdue: isOn || undefined })}
          />
        </div>
      </div>
      {search.q !== undefined && <Customers q={search.q} />}
      {search.userId !== undefined && (
        <CustomerChosen userId={search.userId} onDrop={() => onFind({ userId: undefined })} />
      )}
    </form>
  )
}

/** One of several things, or none of them. */
function Choice<Value extends string>({
  label,
  value,
  none,
  choices,
  onChoose,
}: {
  label: string
  value: Value | undefined
  none: string
  choices: readonly (readonly [value: Value, name: string])[]
  onChoose: (value: Value | undefined) => void
}): ReactNode {
  return (
    <Select
      label={label}
      value={value ?? ''}
      onChange={({ target }) => onChoose(choices.find(([one]) => one === target.value)?.[0])}
    >
      <option value="">{none}</option>
      {choices.map(([one, name]) => (
        <option key={one} value={one}>
          {name}
        </option>
      ))}
    </Select>
  )
}

function Day({
  label,
  value,
  onChoose,
}: {
  label: string
  value: string | undefined
  onChoose: (day: string | undefined) => void
}): ReactNode {
  return (
    <TextField
      label={label}
      type="date"
      value={value ?? ''}
      onChange={({ target }) => onChoose(target.value === '' ? undefined : target.value)}
    />
  )
}

/** The customers who go by what is searched for; a press leads to what they were promised. */
function Customers({ q }: { q: string }): ReactNode {
  const { promises: texts, desk } = useMessages()
  const { data: customers = [] } = useQuery(customersQuery(q))
  return (
    <div role="status" className="empty:hidden">
      {customers.length > 0 && (
        <div className="flex flex-wrap items-center gap-2">
          <span className="text-sm text-muted">{texts.customers}</span>
          {customers.map(({ userId, name, phone }) => (
            <Link
              key={userId}
              to="/promises"
              search={{ userId, status: 'all' }}
              className="inline-flex min-h-11 max-w-full items-center gap-2 rounded-full border border-line px-3 text-sm font-medium hover:border-edge hover:bg-sunken sm:min-h-9"
            >
              <Icon name="user" className="size-4" />
              <span className="truncate">{name}</span>
              <span dir="ltr" className="clock font-normal whitespace-nowrap text-muted">
                {phone ?? desk.noPhone}
              </span>
            </Link>
          ))}
        </div>
      )}
    </div>
  )
}

function CustomerChosen({ userId, onDrop }: { userId: string; onDrop: () => void }): ReactNode {
  const { promises: texts, desk } = useMessages()
  const { data: customer } = useQuery(customerQuery(userId))
  return (
    <p className="flex flex-wrap items-center gap-2 text-sm">
      <span className="text-muted">{texts.onlyOf}</span>
      <span className="font-medium">{customer === undefined ? '…' : (customer?.name ?? desk.deleted)}</span>
      <Button look="quiet" icon="cross" onClick={onDrop}>
        {texts.dropCustomer}
      </Button>
    </p>
  )
}
