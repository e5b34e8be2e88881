// The page's few pictures, drawn with one pen.

const shapes = {
  archive: 'M4 7h16v3H4zM6 10v9h12v-9M10 14h4',
  back: 'M15 5l-7 7 7 7',
  ban: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM6 6l12 12',
  bell: 'M6 16v-5a6 6 0 1 1 12 0v5l2 2H4zM10 21h4',
  calendar: 'M4 6h16v14H4zM4 10h16M8 3v5M16 3v5',
  check: 'M5 13l4 4L19 7',
  checks: 'M2 13l4 4L15 7M11 16l1.5 1L22 7',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3 2',
  close: 'M6 6l12 12M18 6L6 18',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  down: 'M12 5v14M6 13l6 6 6-6',
  clip: 'M20 11l-8.500 8.500a5 5 0 0 1-7-7L13 4a3.300 3.300 0 0 1 4.700 4.700l-8.500 8.500a1.700 1.700 0 0 1-2.400-2.400L14.500 7',
  file: 'M6 3h8l5 5v13H6zM14 3v5h5',
  flag: 'M5 21V4h13l-3 5 3 5H5',
  forward: 'M14 7l5 5-5 5M19 12H9a5 5 0 0 0-5 5v1',
  gear: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 4.500v5M9 14.500v5',
  info: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v6M12 7v.5',
  leave: 'M14 4H5v16h9M10 12h11M17 8l4 4-4 4',
  megaphone: 'M4 10v4h3l9 5V5L7 10zM19 9a4 4 0 0 1 0 6',
  microphone: 'M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM5 11a7 7 0 0 0 14 0M12 18v3',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  mute: 'M4 10v4h3l5 4V6l-5 4zM16 10l5 5M21 10l-5 5',
  pause: 'M9 5v14M15 5v14',
  pen: 'M4 20l1-5L16 4l4 4L9 19zM14 6l4 4',
  people:
    'M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM3 20c0-4 2.500-6 6-6s6 2 6 6M16 4.500a3.500 3.500 0 0 1 0 6.500M18 14.500c2 .8 3 2.700 3 5.500',
  pin: 'M9 4h6l-1 6 4 4H6l4-4zM12 14v6',
  place: 'M12 21c-4-5-6-8-6-11a6 6 0 0 1 12 0c0 3-2 6-6 11zM12 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  play: 'M8 5l11 7-11 7z',
  plus: 'M12 5v14M5 12h14',
  reply: 'M10 7l-5 5 5 5M5 12h10a5 5 0 0 1 5 5v1',
  search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5',
  send: 'M4 12l16-8-5 16-3-6zM12 14l8-10',
  shield: 'M12 3l8 3v6c0 5-3.500 8-8 9-4.500-1-8-4-8-9V6z',
  smile:
    'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8.500 10h.01M15.500 10h.01M8 14.500c2 2.500 6 2.500 8 0',
  tag: 'M4 4h8l8 8-8 8-8-8zM8.500 8.500h.01',
  trash: 'M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13',
  unread: 'M4 6h16v10H9l-5 4z',
}

export type IconName = keyof typeof shapes

/** It says nothing by itself: what it stands for is said beside it, or by its button's label. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg
      className={`icon icon-${name}`}
      viewBox="0 0 24 24"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'more' ? 2.8 : 1.8}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={shapes[name]} />
    </svg>
  )
}
