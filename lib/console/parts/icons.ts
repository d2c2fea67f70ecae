import { type Html, raw } from './html.ts'

/** Drawn on a grid of 24 with strokes of the text's colour; decorative, so hidden from screen readers. */
const paths = {
  brand: '<path d="M4 8h13M13.5 4.5 17 8l-3.5 3.5M20 16H7M10.500 12.500 7 16l3.500 3.500"/>',
  overview: '<path d="M4 20V10M10 20V4M16 20v-7M21 20H3"/>',
  activity: '<path d="M3 12h4l3-8 4 16 3-8h4"/>',
  links:
    '<path d="M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 6 6l1-1"/>',
  decisions: '<path d="M6 3v6a6 6 0 0 0 6 6h6M18 3v6a6 6 0 0 1-3 5M6 21v-6M15 12l3 3-3 3"/>',
  deadLetters: '<path d="M3 13h5l1.500 3h5l1.500-3h5M5.500 5h13L21 13v6H3v-6z"/>',
  jobs: '<path d="M21 12a9 9 0 1 1-3-6.700M21 4v5h-5"/>',
  tryIt:
    '<path d="M9 3h6M10 3v6L4.500 19a1.500 1.500 0 0 0 1.300 2h12.400a1.500 1.500 0 0 0 1.300-2L14 9V3M7.500 15h9"/>',
  search: '<circle cx="11" cy="11" r="6.500"/><path d="m20 20-4.300-4.300"/>',
  theme:
    '<circle cx="12" cy="12" r="8.500"/><path d="M12 3.500v17a8.500 8.500 0 0 0 0-17z" fill="currentColor"/>',
  help: '<circle cx="12" cy="12" r="9"/><path d="M9.500 9.500a2.500 2.500 0 1 1 3.700 2.200c-.8.500-1.200 1-1.200 1.800M12 17h.01"/>',
  check: '<path d="m5 12.500 4.500 4.500L19 7"/>',
} as const
export type Icon = keyof typeof paths

export function icon(name: Icon, size = 16): Html {
  return raw(
    `<svg aria-hidden="true" width="${size}" height="${size}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round">${paths[name]}</svg>`,
  )
}
