import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouteContext } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { ringback } from '../shared/api/client.ts'
import { sessionQuery } from '../shared/api/session.ts'
import { forgetWhatWasTyped } from '../shared/kept.ts'
import { useMessages } from '../shared/messages/index.ts'
import { askToNotify, useNotifications } from '../shared/notifications.ts'
import {
  choose,
  isTimeZone,
  languages,
  sounds,
  themes,
  usePreferences,
  type Language,
  type Sound,
  type Theme,
} from '../shared/preferences.ts'
import { allowSound, playSound } from '../shared/sound.ts'
import { browserZone } from '../shared/time/times.ts'
import { Button } from '../shared/ui/button.tsx'
import { whatFailed } from '../shared/ui/failure.tsx'
import { Select, Switch } from '../shared/ui/fields.tsx'
import { Panel } from '../shared/ui/surfaces.tsx'
import { useTitle } from '../shared/use-title.ts'

const namesOfLanguages: Record<Language, string> = { en: 'English', de: 'Deutsch', he: 'עברית' }

/** Who has signed in, and what can be chosen at this browser. All of it holds at once, and in every tab. */
export function SettingsPage(): ReactNode {
  const { settings: texts, pages } = useMessages()
  useTitle(pages.settings)
  const { session } = useRouteContext({ from: '/signed-in' })
  return (
    <div className="mx-auto grid w-full max-w-3xl gap-4">
      <h1 className="text-xl font-semibold tracking-tight">{pages.settings}</h1>
      <Panel title={texts.looks}>
        <Looks />
      </Panel>
      {session.role === 'agent' && (
        <Panel title={texts.reminders}>
          <Reminders />
        </Panel>
      )}
      <Panel title={texts.keys}>
        <Keys />
      </Panel>
      <Panel title={texts.you}>
        <You />
      </Panel>
    </div>
  )
}

function Looks(): ReactNode {
  const { settings: texts } = useMessages()
  const { theme, language, timeZone } = usePreferences()
  const [known] = useState(() => Intl.supportedValuesOf('timeZone'))
  // A zone has more names than browsers list.
  const zones = timeZone === null || known.includes(timeZone) ? known : [timeZone, ...known]
  return (
    <div className="grid gap-4 p-4 sm:grid-cols-2">
      <Select label={texts.theme} value={theme} onChange={({ target }) => choose({ theme: target.value as Theme })}>
        {themes.map((one) => (
          <option key={one} value={one}>
            {texts.themes[one]}
          </option>
        ))}
      </Select>
      <Select
        label={texts.language}
        value={language}
        onChange={({ target }) => choose({ language: target.value as Language })}
      >
        {languages.map((one) => (
          <option key={one} value={one} lang={one}>
            {namesOfLanguages[one]}
          </option>
        ))}
      </Select>
      <Select
        label={texts.timeZone}
        hint={texts.timeZoneHint}
        value={timeZone ?? ''}
        onChange={({ target }) => choose({ timeZone: isTimeZone(target.value) ? target.value : null })}
      >
        <option value="">{texts.ownZone(browserZone())}</option>
        {zones.map((zone) => (
          <option key={zone}>{zone}</option>
        ))}
      </Select>
    </div>
  )
}

/** What tells an agent, five minutes before, that a promise is due. */
function Reminders(): ReactNode {
  const { settings: texts } = useMessages()
  const { sound } = usePreferences()
  const notifications = useNotifications()
  return (
    <div className="grid gap-5 p-4">
      <div className="grid items-end gap-3 sm:grid-cols-[minmax(0,1fr)_auto]">
        <Select label={texts.sound} value={sound} onChange={({ target }) => choose({ sound: target.value as Sound })}>
          {sounds.map((one) => (
            <option key={one} value={one}>
              {texts.sounds[one]}
            </option>
          ))}
        </Select>
        <Button disabled={sound === 'none'} onClick={() => void allowSound().then(() => playSound(sound))}>
          {texts.trySound}
        </Button>
      </div>
      <div className="grid items-center gap-3 sm:grid-cols-[minmax(0,1fr)_auto]">
        <div>
          <p className="text-sm font-medium">{texts.notifications}</p>
          <p role="status" className="text-sm text-muted">
            {texts.notificationsAre[notifications]}
          </p>
        </div>
        {notifications === 'default' && <Button onClick={() => void askToNotify()}>{texts.allowNotifications}</Button>}
      </div>
    </div>
  )
}

function Keys(): ReactNode {
  const { settings: texts } = useMessages()
  const { keys } = usePreferences()
  return (
    <div className="p-4">
      <Switch label={texts.keysOn} isOn={keys} onChange={(isOn) => choose({ keys: isOn })} />
      <p className="text-sm text-muted">{texts.keysHint}</p>
    </div>
  )
}

function You(): ReactNode {
  const messages = useMessages()
  const { settings: texts, layout } = messages
  const { session } = useRouteContext({ from: '/signed-in' })
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
    <div className="grid items-center gap-3 p-4 sm:grid-cols-[minmax(0,1fr)_auto]">
      <p className="min-w-0">
        <span className="block font-medium break-words">{who}</span>
        <span className="text-sm text-muted">{layout.roles[session.role]}</span>
      </p>
      <Button icon="arrow" busy={signOut.isPending} onClick={() => signOut.mutate()}>
        {texts.signOut}
      </Button>
      {signOut.error && (
        <p role="alert" className="text-sm text-late sm:col-span-2">
          {whatFailed(messages, signOut.error)}
        </p>
      )}
    </div>
  )
}
