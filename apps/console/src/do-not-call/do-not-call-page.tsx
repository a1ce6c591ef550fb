import type { Block } from '@ringback/client'
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useRouteContext, useSearch } from '@tanstack/react-router'
import { useRef, useState, type ReactNode } from 'react'
import { ringback } from '../shared/api/client.ts'
import { useKeys } from '../shared/keys/use-keys.ts'
import { useMessages } from '../shared/messages/index.ts'
import { useTimes } from '../shared/time/times.ts'
import { Button, buttonClass } from '../shared/ui/button.tsx'
import { Failure } from '../shared/ui/failure.tsx'
import { TextField } from '../shared/ui/fields.tsx'
import { PageHeader } from '../shared/ui/page-header.tsx'
import { EmptyState, Panel, Skeleton } from '../shared/ui/surfaces.tsx'
import { useTitle } from '../shared/use-title.ts'
import { AddBlockDialog, RemoveBlockDialog } from './block-dialogs.tsx'
import { isSubject, nameOfSubject, subjectFrom, type DoNotCallSearch } from './do-not-call-search.ts'

const blocksQuery = ({ q, cursor }: DoNotCallSearch) =>
  queryOptions({
    queryKey: ['do-not-call', q, cursor],
    staleTime: 0,
    queryFn: async ({ signal }) => {
      const subject = q === undefined ? undefined : subjectFrom(q)
      // What can be nobody is not on the list.
      if (subject !== undefined && !isSubject(subject)) return { items: [], nextCursor: null }
      const query = { ...(subject !== undefined && { subject }), ...(cursor !== undefined && { cursor }) }
      return ringback.doNotCall.list(query, { signal }).first()
    },
  })

/** Who must not be called: found by number or customer, put on the list and taken off. */
export function DoNotCallPage(): ReactNode {
  const { doNotCall: texts, pages } = useMessages()
  const { session } = useRouteContext({ from: '/signed-in' })
  const mayChange = session.role === 'supervisor'
  const search = useSearch({ from: '/signed-in/do-not-call' })
  const { data, error, refetch } = useQuery({ ...blocksQuery(search), placeholderData: keepPreviousData })
  const [opened, setOpened] = useState<Block | 'new'>()
  useTitle(pages.doNotCall)
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <PageHeader title={pages.doNotCall} lead={texts.lead}>
        {mayChange && (
          <Button look="primary" icon="plus" onClick={() => setOpened('new')}>
            {texts.add}
          </Button>
        )}
      </PageHeader>
      <SearchForm key={search.q} search={search} />
      {data ? (
        <Panel title={texts.list} count={data.items.length}>
          {data.items.length === 0 ? (
            <EmptyState title={search.q === undefined ? texts.none : texts.notFound}>
              {search.q === undefined
                ? texts.noneHint
                : isSubject(subjectFrom(search.q))
                  ? texts.notFoundHint
                  : texts.notASubject}
            </EmptyState>
          ) : (
            <ul className="divide-y divide-line">
              {data.items.map((block) => (
                <BlockLine
                  key={block.subject}
                  block={block}
                  onRemove={mayChange ? () => setOpened(block) : undefined}
                />
              ))}
            </ul>
          )}
        </Panel>
      ) : error ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton className="h-72 rounded-xl" />
      )}
      <nav aria-label={texts.morePages} className="flex flex-wrap justify-between gap-2 empty:hidden">
        {search.cursor !== undefined && (
          <Link to="/do-not-call" search={{}} className={buttonClass()}>
            {texts.firstPage}
          </Link>
        )}
        {data?.nextCursor != null && (
          <Link to="/do-not-call" search={{ cursor: data.nextCursor }} className={`${buttonClass()} ms-auto`}>
            {texts.nextPage}
          </Link>
        )}
      </nav>
      {opened === 'new' && <AddBlockDialog onClose={() => setOpened(undefined)} />}
      {opened !== undefined && opened !== 'new' && (
        <RemoveBlockDialog block={opened} onClose={() => setOpened(undefined)} />
      )}
    </div>
  )
}

function SearchForm({ search }: { search: DoNotCallSearch }): ReactNode {
  const { doNotCall: texts } = useMessages()
  const navigate = useNavigate()
  const form = useRef<HTMLFormElement>(null)
  useKeys({ search: () => form.current?.querySelector('input')?.focus() })
  return (
    <form
      ref={form}
      role="search"
      aria-label={texts.search}
      className="grid grid-cols-[minmax(0,1fr)_auto] items-end gap-2 sm:max-w-xl"
      onSubmit={(event) => {
        event.preventDefault()
        const q = (new FormData(event.currentTarget).get('q') as string).trim()
        void navigate({ to: '/do-not-call', search: q === '' ? {} : { q } })
      }}
    >
      <TextField label={texts.search} name="q" type="search" autoComplete="off" defaultValue={search.q} />
      <Button type="submit" icon="search">
        {texts.find}
      </Button>
    </form>
  )
}

function BlockLine({ block, onRemove }: { block: Block; onRemove: (() => void) | undefined }): ReactNode {
  const { doNotCall: texts } = useMessages()
  const times = useTimes()
  const { subject, reason, since, until, source } = block
  const name = nameOfSubject(subject, texts)
  return (
    <li className="grid gap-x-4 gap-y-1 px-4 py-2.5 text-sm sm:grid-cols-[minmax(0,1fr)_auto]">
      <div className="min-w-0">
        <p className="font-medium break-words">
          <bdi className="clock">{name}</bdi>
        </p>
        <p className="break-words">{reason ?? texts.reasonless[source]}</p>
        <p className="text-muted">
          <time dateTime={since} title={times.full(since)}>
            {texts.since(times.date(since))}
          </time>
          {' · '}
          {until === null ? (
            texts.forGood
          ) : (
            <time dateTime={until} title={times.full(until)}>
              {texts.until(`${times.date(until)}, ${times.clock(until)}`)}
            </time>
          )}
          {' · '}
          {texts.sources[source]}
        </p>
      </div>
      {onRemove && (
        <Button
          look="quiet"
          className="justify-self-start sm:self-start"
          aria-label={texts.removeOf(name)}
          onClick={onRemove}
        >
          {texts.remove}
        </Button>
      )}
    </li>
  )
}
