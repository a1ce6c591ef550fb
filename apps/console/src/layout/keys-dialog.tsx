import { useRouteContext } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { keyTable, type KeyGroup, type KeyId } from '../shared/keys/table.ts'
import { useMessages } from '../shared/messages/index.ts'
import { usePreferences } from '../shared/preferences.ts'
import { Dialog } from '../shared/ui/dialog.tsx'
import { Keys } from '../shared/ui/kbd.tsx'
import { allPagesOf } from './pages.ts'

/** The keys of whoever has signed in, by where they do something. */
export function KeysDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { session } = useRouteContext({ from: '/signed-in' })
  const { keys: texts } = useMessages()
  const { keys } = usePreferences()
  const shortcuts = new Set<KeyId>(allPagesOf(session).map(({ shortcut }) => shortcut))
  const ids = (Object.keys(keyTable) as KeyId[]).filter((id) => {
    const { group } = keyTable[id]
    return group === 'everywhere' || (group === 'go' ? shortcuts.has(id) : session.role === 'agent')
  })
  const groups = (Object.entries(texts.groups) as [KeyGroup, string][]).filter(([group]) =>
    ids.some((id) => keyTable[id].group === group),
  )
  return (
    <Dialog title={texts.title} description={keys ? texts.lead : texts.off} onClose={onClose} wide>
      <div className="grid gap-x-10 gap-y-6 sm:grid-cols-2">
        {groups.map(([group, name]) => (
          <section key={group} aria-label={name}>
            <h3 className="mb-1 text-xs font-semibold text-muted">{name}</h3>
            <dl>
              {ids
                .filter((id) => keyTable[id].group === group)
                .map((id) => (
                  <div key={id} className="flex items-center justify-between gap-4 border-b border-line py-1.5 text-sm">
                    <dt>{texts[id]}</dt>
                    <dd>
                      <Keys keys={keyTable[id].keys} className="inline-flex!" />
                      <span className="sr-only">{keyTable[id].keys}</span>
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
