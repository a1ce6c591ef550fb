import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { ringback } from '../shared/api/client.ts'
import { sessionQuery, type Session } from '../shared/api/session.ts'
import { forgetWhatWasTyped } from '../shared/kept.ts'
import { useMessages } from '../shared/messages/index.ts'
import {
  choose,
  isTimeZone,
  languages,
  themes,
  usePreferences,
  type Language,
  type Theme,
} from '../shared/preferences.ts'
import { browserZone } from '../shared/time/times.ts'
import { Button } from '../shared/ui/button.tsx'
import { Dialog } from '../shared/ui/dialog.tsx'
import { whatFailed } from '../shared/ui/failure.tsx'
import { Select, Switch } from '../shared/ui/fields.tsx'

const namesOfLanguages: Record<Language, string> = { en: 'English', de: 'Deutsch', he: 'עברית' }

/** Who has signed in, and what can be chosen at this browser. */
export function ChoicesDialog({ session, onClose }: { session: Session; onClose: () => void }): ReactNode {
  const messages = useMessages()
  const { layout } = messages
  const { theme, language, timeZone, keys, sound } = usePreferences()
  const [zones] = useState(() => Intl.supportedValuesOf('timeZone'))
  const queries = useQueryClient()
  const signOut = useMutation({
    mutationFn: () => ringback.session.signOut(),
    onSuccess() {
      forgetWhatWasTyped()
      queries.setQueryData(sessionQuery.queryKey, null)
    },
  })
  const who = session.agentId === undefined ? (session.sub ?? session.subject) : layout.agent(session.agentId)
  return (
    <Dialog title={who} description={layout.roles[session.role]} onClose={onClose}>
      <div className="grid gap-4">
        <div className="grid gap-4 sm:grid-cols-2">
          <Select
            label={layout.theme}
            value={theme}
            onChange={({ target }) => choose({ theme: target.value as Theme })}
          >
            {themes.map((one) => (
              <option key={one} value={one}>
                {layout.themes[one]}
              </option>
            ))}
          </Select>
          <Select
            label={layout.language}
            value={language}
            onChange={({ target }) => choose({ language: target.value as Language })}
          >
            {languages.map((one) => (
              <option key={one} value={one} lang={one}>
                {namesOfLanguages[one]}
              </option>
            ))}
          </Select>
        </div>
        <Select
          label={layout.timeZone}
          value={timeZone ?? ''}
          onChange={({ target }) => choose({ timeZone: isTimeZone(target.value) ? target.value : null })}
        >
          <option value="">{layout.ownZone(browserZone())}</option>
          {zones.map((zone) => (
            <option key={zone}>{zone}</option>
          ))}
        </Select>
        <div>
          <Switch label={layout.keysOn} isOn={keys} onChange={(isOn) => choose({ keys: isOn })} />
          {session.role === 'agent' && (
            <Switch label={layout.sound} isOn={sound} onChange={(isOn) => choose({ sound: isOn })} />
          )}
        </div>
        {signOut.error && (
          <p role="alert" className="text-sm text-late">
            {whatFailed(messages, signOut.error)}
          </p>
        )}
        <Button icon="arrow" busy={signOut.isPending} onClick={() => signOut.mutate()}>
          {layout.signOut}
        </Button>
      </div>
    </Dialog>
  )
}
