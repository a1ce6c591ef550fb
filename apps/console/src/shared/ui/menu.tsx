import { lazy, Suspense, useState, type ReactNode } from 'react'
import type { MenuProps } from './opened-menu.tsx'

export const loadOpenedMenu = () => import('./opened-menu.tsx')
const OpenedMenu = lazy(async () => ({ default: (await loadOpenedMenu()).OpenedMenu }))

/** Choices that open at a button. What opens them is fetched when the first one is opened. */
export function Menu({
  isOpen,
  onOpenChange,
  ...rest
}: Omit<MenuProps, 'isOpen' | 'onOpenChange'> & Partial<MenuProps>): ReactNode {
  const [isOpenHere, setOpenHere] = useState(false)
  const [wasOpened, setWasOpened] = useState(false)
  const opened = isOpen ?? isOpenHere
  const change = onOpenChange ?? setOpenHere
  if (opened && !wasOpened) setWasOpened(true)
  const closed = rest.trigger({
    'aria-label': rest.label,
    'aria-haspopup': 'menu',
    'aria-expanded': opened,
    onClick: () => change(true),
  })
  if (!wasOpened) return closed
  return (
    <Suspense fallback={closed}>
      <OpenedMenu {...rest} isOpen={opened} onOpenChange={change} />
    </Suspense>
  )
}
