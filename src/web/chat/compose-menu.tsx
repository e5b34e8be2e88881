// What can be sent beside words: files, where I am, an offer, a request for a booking.
import { useRef } from 'react'
import type { ReactElement } from 'react'
import { acceptedFiles } from '../../contract/files.ts'
import { Menu } from '../menu.tsx'
import type { MenuItem } from '../menu.tsx'
import type { Later } from '../use-later.ts'
import { useWords } from '../words.ts'
import { usePackages } from './use-packages.ts'
import type { Offered } from './use-packages.ts'
import type { Said } from './writing.ts'

type Props = {
  dialog: Later<ReactElement>
  onFiles(files: Iterable<File>): void
  onSay(said: Said): void
}

export function ComposeMenu({ dialog: { show, hide }, onFiles, onSay }: Props) {
  const words = useWords()
  const fileField = useRef<HTMLInputElement>(null)
  const { mine, theirs, look } = usePackages()

  const propose = (kind: 'service_offer' | 'booking_request', packages: readonly Offered[]) =>
    show(() =>
      import('./proposal-dialog.tsx').then(({ ProposalDialog }) => (
        <ProposalDialog kind={kind} packages={packages} onSay={onSay} onClose={hide} />
      )),
    )
  const locate = () =>
    show(() =>
      import('./location-dialog.tsx').then(({ LocationDialog }) => (
        <LocationDialog onSay={onSay} onClose={hide} />
      )),
    )

  const always: MenuItem[] = [
    { icon: 'clip', label: words.attach, does: () => fileField.current?.click() },
    { icon: 'place', label: words.sendLocation, does: locate },
  ]
  const offer: MenuItem = {
    ...{ icon: 'tag', label: words.offerService, does: () => propose('service_offer', mine) },
  }
  const request: MenuItem = {
    icon: 'calendar',
    label: words.requestBooking,
    does: () => propose('booking_request', theirs),
  }

  return (
    <>
      <Menu
        label={words.addToMessage}
        icon="plus"
        items={[
          ...always,
          ...(mine.length > 0 ? [offer] : []),
          ...(theirs.length > 0 ? [request] : []),
        ]}
        onOpen={look}
      />
      <input
        ref={fileField}
        type="file"
        multiple
        hidden
        accept={acceptedFiles}
        aria-label={words.attach}
        onChange={(event) => {
          onFiles(event.target.files ?? [])
          // So that the same file may be chosen again.
          event.target.value = ''
        }}
      />
    </>
  )
}
