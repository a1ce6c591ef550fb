import type { Policy as StoredPolicy, PolicyDocument } from '@ringback/client'
import type { ReactNode } from 'react'
import { useMessages } from '../shared/messages/index.ts'
import { Badge } from '../shared/ui/badge.tsx'
import { Button } from '../shared/ui/button.tsx'
import { Moment } from '../shared/ui/moment.tsx'
import { EmptyState, Panel } from '../shared/ui/surfaces.tsx'
import { Changes } from './changes.tsx'
import { nameOfActor } from './policy-data.ts'
import { differencesOf, policyOf } from './policy-draft.ts'

/** Every version of the rules: who wrote it, when, and what changed with it. */
export function PolicyHistory({
  policy,
  versions,
  onBringBack,
}: {
  policy: StoredPolicy
  versions: readonly StoredPolicy[]
  onBringBack: ((version: number, document: PolicyDocument) => void) | undefined
}): ReactNode {
  const { policy: texts } = useMessages()
  return (
    <Panel title={texts.history} count={versions.length}>
      {versions.length === 0 ? (
        <EmptyState title={texts.noHistory}>{texts.noHistoryHint}</EmptyState>
      ) : (
        <ol className="divide-y divide-line">
          {versions.map((version, index) => (
            <Version
              key={version.version}
              version={version}
              // Of the oldest that is shown the one before may not be known.
              before={versions[index + 1]?.document ?? (version.version === 1 ? {} : undefined)}
              isCurrent={version.version === policy.version}
              onBringBack={onBringBack && (() => onBringBack(version.version, version.document))}
            />
          ))}
        </ol>
      )}
    </Panel>
  )
}

function Version({
  version,
  before,
  isCurrent,
  onBringBack,
}: {
  version: StoredPolicy
  before: object | undefined
  isCurrent: boolean
  onBringBack: (() => void) | undefined
}): ReactNode {
  const messages = useMessages()
  const { policy: texts } = messages
  const after = policyOf(version.document)
  const fields = before === undefined ? [] : differencesOf(policyOf(before), after)
  return (
    <li className="px-4 py-3 text-sm">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-medium">{texts.version(version.version)}</span>
        {isCurrent && <Badge tone="good">{texts.current}</Badge>}
        {!isCurrent && onBringBack && (
          <Button
            look="quiet"
            icon="back"
            className="ms-auto"
            aria-label={texts.bringBackOf(version.version)}
            onClick={onBringBack}
          >
            {texts.bringBack}
          </Button>
        )}
      </div>
      <p className="text-muted">
        {version.writtenAt !== null && <Moment at={version.writtenAt} />} · {nameOfActor(version.writtenBy, messages)}
      </p>
      {before !== undefined && (
        <details className="mt-1">
          <summary className="min-h-9 cursor-pointer py-1.5">
            {fields.length === 0 ? texts.same : fields.map((field) => texts.fields[field]).join(', ')}
          </summary>
          <div className="pt-1 pb-2">
            <Changes before={policyOf(before)} after={after} />
          </div>
        </details>
      )}
    </li>
  )
}
