import type { NewWebhook, Webhook } from '@ringback/client'
import { useMutation } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { useMessages } from '../shared/messages/index.ts'
import { Button } from '../shared/ui/button.tsx'
import { Dialog } from '../shared/ui/dialog.tsx'
import { whatFailed } from '../shared/ui/failure.tsx'
import { TextField } from '../shared/ui/fields.tsx'
import { eventTypes, wordsForEvent, type EventType } from './event-types.ts'

export type WebhookFields = Required<Pick<NewWebhook, 'url' | 'description' | 'eventTypes'>>

const isKnown = (type: string): type is EventType => eventTypes.some((one) => one === type)

/** Where a webhook posts to, of what it is told, and what it is for: of a new one, or of one that there is. */
export function WebhookDialog({
  webhook,
  onSave,
  onClose,
}: {
  webhook?: Webhook
  /** Rejects with why it was refused. */
  onSave: (fields: WebhookFields) => Promise<void>
  onClose: () => void
}): ReactNode {
  const messages = useMessages()
  const { webhooks: texts } = messages
  const [url, setUrl] = useState(webhook?.url ?? '')
  const [description, setDescription] = useState(webhook?.description ?? '')
  const [isOfAll, setOfAll] = useState(webhook?.eventTypes == null)
  const [types, setTypes] = useState<readonly EventType[]>(webhook?.eventTypes?.filter(isKnown) ?? [])
  const save = useMutation({ mutationFn: onSave, onSuccess: onClose })
  const toggle = (type: EventType, isOn: boolean) =>
    setTypes(isOn ? [...types, type] : types.filter((one) => one !== type))
  return (
    <Dialog title={webhook ? texts.edit : texts.add} description={texts.addHint} onClose={onClose} wide>
      <form
        className="grid gap-5"
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate({
            url: url.trim(),
            description: description.trim() === '' ? null : description.trim(),
            eventTypes: isOfAll ? null : [...types],
          })
        }}
      >
        <TextField
          label={texts.url}
          hint={texts.urlHint}
          error={save.error ? whatFailed(messages, save.error) : undefined}
          type="url"
          dir="ltr"
          required
          maxLength={2_000}
          placeholder="https://crm.example.com/ringback"
          value={url}
          onChange={({ target }) => {
            setUrl(target.value)
            save.reset()
          }}
        />
        <TextField
          label={texts.description}
          hint={texts.descriptionHint}
          maxLength={200}
          value={description}
          onChange={({ target }) => setDescription(target.value)}
        />
        <fieldset className="min-w-0">
          <legend className="mb-1 text-sm font-medium">{texts.events}</legend>
          <div className="flex flex-wrap gap-x-6">
            {[true, false].map((ofAll) => (
              <label key={String(ofAll)} className="flex min-h-11 items-center gap-2.5 text-sm sm:min-h-9">
                <input
                  type="radio"
                  name="of"
                  checked={isOfAll === ofAll}
                  onChange={() => setOfAll(ofAll)}
                  className="size-4.5 accent-accent"
                />
                {ofAll ? texts.allEvents : texts.someEvents}
              </label>
            ))}
          </div>
          {!isOfAll && (
            <ul className="mt-2 grid gap-x-6 rounded-xl border border-line p-3 sm:grid-cols-2">
              {eventTypes.map((type) => (
                <li key={type}>
                  <label className="flex items-start gap-2.5 py-2 text-sm">
                    <input
                      type="checkbox"
                      checked={types.includes(type)}
                      onChange={({ target }) => toggle(type, target.checked)}
                      className="size-4.5 accent-accent"
                    />
                    <span className="min-w-0">
                      {wordsForEvent(type, messages)}{' '}
                      <span dir="ltr" className="block font-mono text-xs break-all text-muted rtl:text-end">
                        {type}
                      </span>
                    </span>
                  </label>
                </li>
              ))}
            </ul>
          )}
        </fieldset>
        <div className="flex flex-wrap items-center justify-end gap-3">
          {!isOfAll && types.length === 0 && <p className="text-sm text-muted">{texts.chooseEvents}</p>}
          <Button type="submit" look="primary" busy={save.isPending} disabled={!isOfAll && types.length === 0}>
            {webhook ? texts.save : texts.make}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
