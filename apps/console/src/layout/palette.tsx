import { useNavigate } from '@tanstack/react-router'
import { useId, useState, type KeyboardEvent, type ReactNode } from 'react'
import type { Session } from '../shared/api/session.ts'
import { useFound, type Command } from '../shared/commands.ts'
import { useMessages } from '../shared/messages/index.ts'
import { Dialog } from '../shared/ui/dialog.tsx'
import { Kbd } from '../shared/ui/kbd.tsx'
import { useFoundByApi } from './find.ts'
import { allPagesOf } from './pages.ts'

/** Finds pages, actions, what the page in view has to offer, promises and customers, by some letters of their names. */
export function Palette({ session, onClose }: { session: Session; onClose: () => void }): ReactNode {
  const { palette: texts, pages } = useMessages()
  const navigate = useNavigate()
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState(0)
  const listId = useId()
  const ways = allPagesOf(session).map(({ to, name, shortcut }): Command => ({
    id: `page ${to}`,
    group: texts.pages,
    name: pages[name],
    shortcut,
    run: () => void navigate({ to }),
  }))
  const here = useFound(text, ways)
  const elsewhere = useFoundByApi(session, text)
  const found = [...here, ...elsewhere.found.filter(({ id }) => here.every((command) => command.id !== id))]
  const at = Math.min(chosen, found.length - 1)

  function run(command: Command | undefined) {
    if (!command) return
    onClose()
    command.run()
  }
  function press(event: KeyboardEvent) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) setChosen((at + step + found.length) % Math.max(1, found.length))
    else if (event.key === 'Enter') run(found[at])
    else return
    event.preventDefault()
  }

  return (
    <Dialog title={texts.title} onClose={onClose}>
      <input
        role="combobox"
        aria-label={texts.placeholder}
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={found[at] && `${listId}-${at}`}
        placeholder={texts.placeholder}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onKeyDown={press}
        onChange={({ target }) => {
          setText(target.value)
          setChosen(0)
        }}
        className="min-h-11 w-full rounded-lg border border-edge bg-surface px-3"
      />
      <p role="status" className={found.length === 0 ? 'py-6 text-center text-muted' : 'sr-only'}>
        {found.length === 0 && (elsewhere.isSearching ? texts.searching : texts.nothing)}
      </p>
      <ul id={listId} role="listbox" aria-label={texts.title} className="mt-2">
        {found.map((command, index) => (
          <li
            key={command.id}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === at}
            onPointerMove={() => setChosen(index)}
            onClick={() => run(command)}
            className="flex min-h-11 cursor-pointer items-center gap-3 rounded-lg px-3 aria-selected:bg-accent-soft aria-selected:text-accent"
          >
            <span className="flex-1 truncate">
              {command.name}
              {command.hint !== undefined && <span className="ms-2 text-sm text-muted">{command.hint}</span>}
            </span>
            <span className="text-xs text-muted">{command.group}</span>
            {command.shortcut && <Kbd id={command.shortcut} />}
          </li>
        ))}
      </ul>
    </Dialog>
  )
}
