import { isRingbackError, type Calendar, type Policy as StoredPolicy, type PolicyDocument } from '@ringback/client'
import { useState, type ReactNode } from 'react'
import { ringback } from '../shared/api/client.ts'
import { fieldErrorsOf, useChange } from '../shared/api/use-change.ts'
import { useMessages } from '../shared/messages/index.ts'
import { Button } from '../shared/ui/button.tsx'
import { ConfirmDialog } from '../shared/ui/confirm-dialog.tsx'
import { Refusal } from '../shared/ui/failure.tsx'
import { Panel } from '../shared/ui/surfaces.tsx'
import { useUnsaved } from '../shared/use-unsaved.ts'
import { Changes } from './changes.tsx'
import { differencesOf, documentOf, draftOf, policyOf, type PolicyDraft } from './policy-draft.ts'
import { PolicyForm } from './policy-form.tsx'
import { PolicyHistory } from './policy-history.tsx'

/** What is about to be saved: what the form says, or a version that is brought back. */
type Reviewed = { kind: 'draft' } | { kind: 'version'; version: number; document: PolicyDocument }

/** The rules of a queue as a form. Nothing is saved before the difference to what holds now was shown. */
export function PolicyEditor({
  policy,
  versions,
  calendars,
  mayChange,
}: {
  policy: StoredPolicy
  versions: readonly StoredPolicy[]
  calendars: readonly Calendar[]
  mayChange: boolean
}): ReactNode {
  const { policy: texts } = useMessages()
  const [written, setWritten] = useState<PolicyDraft>()
  const [reviewed, setReviewed] = useState<Reviewed>()
  const draft = written ?? draftOf(policy.document)
  const now = policyOf(policy.document)
  const differences = differencesOf(now, policyOf(documentOf(draft)))
  const isChanged = differences.length > 0
  useUnsaved(isChanged)
  const save = useChange(
    ({ document }: { document: PolicyDocument; draft: PolicyDraft | undefined }) =>
      ringback.policies.put(policy.queueType, document, { headers: { 'if-match': String(policy.version) } }),
    {
      read: ['policy', 'policy-versions', 'calendars'],
      told: ({ version }) => texts.saved(version),
      onDone: () => {
        if (reviewed?.kind === 'draft') setWritten(undefined)
        setReviewed(undefined)
      },
    },
  )
  function review(what: Reviewed) {
    save.reset()
    setReviewed(what)
  }
  const reviewedDocument = reviewed?.kind === 'version' ? reviewed.document : documentOf(draft)
  const errors = fieldErrorsOf(save.error)
  const areFieldsWrong = isRingbackError(save.error, 'invalid-request')

  return (
    <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 xl:grid-cols-[minmax(0,5fr)_minmax(0,3fr)]">
      <Panel
        title={texts.title}
        aside={
          <span className="text-sm text-muted">
            {policy.version === 0 ? texts.noVersion : texts.version(policy.version)}
          </span>
        }
      >
        <PolicyForm
          draft={draft}
          calendars={calendars}
          isReadOnly={!mayChange}
          // What has been changed since is looked at again when it is saved.
          errorsOf={(field) => (save.variables?.draft?.[field] === draft[field] ? errors : new Map())}
          onChange={(changes) => setWritten({ ...draft, ...changes })}
        />
        {mayChange && isChanged && (
          <div className="grid gap-2 rounded-b-xl border-t border-line bg-surface px-4 py-3">
            {areFieldsWrong && !reviewed && <Refusal error={save.error} />}
            <div className="flex flex-wrap items-center justify-end gap-2">
              <span role="status" className="me-auto text-sm font-medium">
                {texts.changed(differences.length)}
              </span>
              <Button look="quiet" onClick={() => setWritten(undefined)}>
                {texts.discard}
              </Button>
              <Button look="primary" onClick={() => review({ kind: 'draft' })}>
                {texts.review}
              </Button>
            </div>
          </div>
        )}
      </Panel>
      <PolicyHistory
        policy={policy}
        versions={versions}
        onBringBack={mayChange ? (version, document) => review({ kind: 'version', version, document }) : undefined}
      />
      {reviewed && (
        <ConfirmDialog
          title={reviewed.kind === 'version' ? texts.bringBackAsk(reviewed.version) : texts.reviewTitle}
          consequence={texts.reviewHint}
          confirm={texts.save}
          isBusy={save.isPending}
          error={save.error}
          onConfirm={() => {
            const input = { document: reviewedDocument, draft: reviewed.kind === 'draft' ? draft : undefined }
            save.mutate(input, {
              // Back at the fields, where it is said what is wrong.
              onError: (error) => isRingbackError(error, 'invalid-request') && setReviewed(undefined),
            })
          }}
          onClose={() => setReviewed(undefined)}
        >
          <Changes before={now} after={policyOf(reviewedDocument)} />
        </ConfirmDialog>
      )}
    </div>
  )
}
