import { useEffect, useState, type ComponentType, type ReactNode } from 'react'
import { useMessages } from '../messages/index.ts'
import type { MenuProps } from './opened-menu.tsx'
import { toast } from './toasts.tsx'

export const loadOpenedMenu = () => import('./opened-menu.tsx')

/** Choices that open at a button. What opens them is fetched when the first one is opened, or before. */
export function Menu({
  isOpen,
  onOpenChange,
  ...rest
}: Omit<MenuProps, 'isOpen' | 'onOpenChange'> & Partial<MenuProps>): ReactNode {
  const { failure } = useMessages()
  const [isOpenHere, setOpenHere] = useState(false)
  const [OpenedMenu, setOpenedMenu] = useState<ComponentType<MenuProps>>()
  const opened = isOpen ?? isOpenHere
  const change = onOpenChange ?? setOpenHere
  const isMissing = opened && OpenedMenu === undefined
  useEffect(() => {
    if (!isMissing) return
    loadOpenedMenu().then(
      (loaded) => setOpenedMenu(() => loaded.OpenedMenu),
      // Nobody answers: it stays closed, and the page as it is.
      () => {
        change(false)
        toast({ text: failure.unreachable, tone: 'bad' })
      },
    )
  }, [isMissing, change, failure])
  if (OpenedMenu) return <OpenedMenu {...rest} isOpen={opened} onOpenChange={change} />
  return rest.trigger({
    'aria-label': rest.label,
    'aria-haspopup': 'menu',
    'aria-expanded': opened,
    onClick: () => change(true),
  })
}
