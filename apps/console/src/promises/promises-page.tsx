import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useRouteContext, useSearch } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { useMessages } from '../shared/messages/index.ts'
import { useTimes } from '../shared/time/times.ts'
import { Button, buttonClass } from '../shared/ui/button.tsx'
import { Failure } from '../shared/ui/failure.tsx'
import { EmptyState, Panel, Skeleton } from '../shared/ui/surfaces.tsx'
import { useTitle } from '../shared/use-title.ts'
import { ActDialog } from './act-dialog.tsx'
import { actKinds, type ActKind } from './acts.ts'
import { Filters, type SearchChanges } from './filters.tsx'
import { FoundTable } from './found-table.tsx'
import type { PromiseSearch } from './promise-search.ts'
import { isOpen, isSearchable, promisesQuery, type FoundPage, type FoundPromise } from './promises-data.ts'

/** Finds promises; several can be given to somebody else, moved or cancelled at once. What is searched for is in the address. */
export function PromisesPage(): ReactNode {
  const { promises: texts, pages } = useMessages()
  useTitle(pages.promises)
  const search = useSearch({ from: '/signed-in/promises' })
  const navigate = useNavigate()
  const { zone } = useTimes()
  const { data, error, refetch } = useQuery({ ...promisesQuery(search, zone), placeholderData: keepPreviousData })
  const find = (changes: SearchChanges) => {
    const { cursor: _, ...kept } = search
    void navigate({ to: '/promises', search: withoutNothing({ ...kept, ...changes }) })
  }
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <h1 className="text-xl font-semibold tracking-tight">{pages.promises}</h1>
      <Filters search={search} onFind={find} />
      {!data &&
        (error ? <Failure error={error} onRetry={() => void refetch()} /> : <Skeleton className="h-96 rounded-xl" />)}
      {data && (
        <Found page={data} isFirst={search.cursor === undefined}>
          <NothingFound search={search} onFind={find} />
        </Found>
      )}
      <nav aria-label={texts.morePages} className="flex justify-between gap-2 empty:hidden">
        {search.cursor !== undefined && <Button onClick={() => find({})}>{texts.firstPage}</Button>}
        {data?.nextCursor != null && (
          <Link to="/promises" search={{ ...search, cursor: data.nextCursor }} className={`${buttonClass()} ms-auto`}>
            {texts.nextPage}
          </Link>
        )}
      </nav>
    </div>
  )
}

function withoutNothing(search: SearchChanges): PromiseSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined))
}

function NothingFound({
  search: { q, status },
  onFind,
}: {
  search: PromiseSearch
  onFind: (changes: SearchChanges) => void
}): ReactNode {
  const { promises: texts } = useMessages()
  return (
    <EmptyState title={status === undefined ? texts.noneOpenFound : texts.nothingFound}>
      <p>{q === undefined ? texts.nothingFoundHint : isSearchable(q) ? texts.noneAbout : texts.threeLetters}</p>
      {status === undefined && (
        <Button className="mt-3" onClick={() => onFind({ status: 'all' })}>
          {texts.amongAll}
        </Button>
      )}
    </EmptyState>
  )
}

/** A page of promises, and what can be done with several of them; `children` are shown when there is none. */
function Found({
  page: { items, nextCursor },
  isFirst,
  children,
}: {
  page: FoundPage
  isFirst: boolean
  children: ReactNode
}): ReactNode {
  const { promises: texts } = useMessages()
  const { session } = useRouteContext({ from: '/signed-in' })
  const [chosenIds, setChosenIds] = useState<ReadonlySet<string>>(new Set())
  const [acting, setActing] = useState<{ kind: ActKind; promises: readonly FoundPromise[] }>()
  const chosen = items.filter((promise) => isOpen(promise) && chosenIds.has(promise.id))
  const choose = (ids: readonly string[], isOn: boolean) =>
    setChosenIds(new Set(isOn ? [...chosenIds, ...ids] : [...chosenIds].filter((id) => !ids.includes(id))))
  return (
    <>
      <Panel title={texts.found} count={isFirst && nextCursor === null ? items.length : undefined}>
        {items.length === 0 ? (
          children
        ) : (
          <FoundTable
            promises={items}
            chosenIds={chosenIds}
            onChoose={session.role === 'supervisor' ? choose : undefined}
          />
        )}
      </Panel>
      {chosen.length > 0 && (
        <div
          role="toolbar"
          aria-label={texts.withChosen}
          className="sticky bottom-2 z-10 flex flex-wrap items-center gap-2 rounded-xl border border-line bg-surface px-4 py-2 shadow-float"
        >
          <span role="status" className="font-medium">
            {texts.chosen(chosen.length)}
          </span>
          <span className="flex flex-wrap gap-2 sm:ms-auto">
            {actKinds.map((kind) => (
              <Button
                key={kind}
                look={kind === 'cancel' ? 'danger' : 'plain'}
                onClick={() => setActing({ kind, promises: chosen })}
              >
                {texts.actNames[kind]}
              </Button>
            ))}
          </span>
        </div>
      )}
      {acting && <ActDialog {...acting} onClose={() => setActing(undefined)} />}
    </>
  )
}
