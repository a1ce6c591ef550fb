import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef, useState, type ReactNode } from 'react'
import { useMessages } from '../shared/messages/index.ts'
import { Button } from '../shared/ui/button.tsx'
import { Icon } from '../shared/ui/icons.tsx'
import { secretQuery } from './webhooks-data.ts'

/** The secret of a webhook, right after it was made: it is shown this once, and kept by nobody here. */
export function ShownSecret({ webhookId }: { webhookId: string }): ReactNode {
  const { webhooks: texts } = useMessages()
  const queries = useQueryClient()
  const { data: secret } = useQuery(secretQuery(webhookId))
  const field = useRef<HTMLInputElement>(null)
  const [isCopied, setCopied] = useState(false)
  if (secret === undefined) return null
  const forget = () => void queries.resetQueries({ queryKey: secretQuery(webhookId).queryKey })
  return (
    <section
      aria-label={texts.secret}
      className="grid gap-3 rounded-xl border border-accent bg-accent-soft p-4 shadow-raised"
    >
      <p className="flex items-center gap-2 font-semibold text-accent">
        <Icon name={secret === null ? 'alert' : 'check'} />
        {secret === null ? texts.secretLost : texts.secret}
      </p>
      <p className="max-w-prose text-sm">{secret === null ? texts.secretLostHint : texts.secretHint}</p>
      {secret !== null && (
        <input
          ref={field}
          readOnly
          aria-label={texts.secret}
          dir="ltr"
          value={secret}
          onFocus={({ target }) => target.select()}
          className="min-h-11 w-full rounded-lg border border-edge bg-surface px-3 font-mono text-sm"
        />
      )}
      <div className="flex flex-wrap items-center gap-3">
        {secret !== null && (
          <Button look="primary" onClick={() => void copy(secret, field.current!).then(setCopied)}>
            {texts.copy}
          </Button>
        )}
        <Button onClick={forget}>{texts.secretKept}</Button>
        <p role="status" className="text-sm text-accent">
          {isCopied && texts.copied}
        </p>
      </div>
    </section>
  )
}

/** Copies a text. Over plain HTTP browsers have no clipboard for pages, but copy what is selected. */
async function copy(text: string, field: HTMLInputElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    field.select()
    return document.execCommand('copy')
  }
}
