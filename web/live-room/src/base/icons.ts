// Pictures of buttons, drawn with lines on 24 x 24 (styles.ts); their names are the buttons' labels. One constant each,
// so that a bundle carries only those that it shows.
import { html, svg, type TemplateResult } from 'lit'

export const CLOSE = 'M6 6l12 12M18 6L6 18'
export const MORE = 'M5 11.2a.8.8 0 1 0 .01 0zM12 11.2a.8.8 0 1 0 .01 0zM19 11.2a.8.8 0 1 0 .01 0z'
export const SMILE = 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8.5 14.5s1.2 1.8 3.5 1.8 3.5-1.8 3.5-1.8M9 9.5h.01M15 9.5h.01'
export const HEART = 'M12 20s-7.5-4.6-7.5-10A4.3 4.3 0 0 1 12 7.2 4.3 4.3 0 0 1 19.5 10C19.5 15.4 12 20 12 20z'
export const GIFT = 'M4 11h16v9H4zM3 7.5h18V11H3zM12 7.5V20M12 7.5S10.5 3.5 8 4s-.5 3.5 4 3.5zm0 0S13.5 3.5 16 4s.5 3.5-4 3.5z'
export const PEOPLE = 'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3 20c0-3.5 2.5-6 6-6s6 2.5 6 6M16 4.5a3.5 3.5 0 0 1 0 6M17 14c2.5.6 4 2.8 4 6'
export const PLAY = 'M8 5v14l11-7z'
export const PAUSE = 'M8 5v14M16 5v14'
export const VOLUME = 'M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9s1 1.2 1 3-1 3-1 3M18 6.5s2 2 2 5.5-2 5.5-2 5.5'
export const MUTED = 'M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM16 9.5l5 5M21 9.5l-5 5'
export const FULL = 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5'
export const SMALL = 'M9 4v5H4M20 9h-5V4M15 20v-5h5M4 15h5v5'
export const PIP = 'M4 5h16v14H4zM12.5 12H18v5h-5.5z'
export const SETTINGS = 'M4 7h9M17 7h3M4 17h3M11 17h9M15 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM9 19.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z'
export const BULLETS = 'M3 6h11M18 6h3M7 12h14M3 12h.01M3 18h8M15 18h6'
export const SHARE = 'M12 15V4M8 7.5L12 4l4 3.5M6 12H5v8h14v-8h-1'
export const LINK = 'M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1'
export const SHIELD = 'M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6z'
export const BACK = 'M15 6l-6 6 6 6'
export const DOWN = 'M6 10l6 6 6-6'
export const SEND = 'M5 12h14M13 6l6 6-6 6'
export const LIVE = 'M12 12h.01M8.5 15.5a5 5 0 0 1 0-7M15.5 8.5a5 5 0 0 1 0 7M6 18a8.5 8.5 0 0 1 0-12M18 6a8.5 8.5 0 0 1 0 12'
export const PIN = 'M9 4h6l-.7 6 3.2 3.5h-11L9.7 10zM12 13.5V20'
export const CAPTIONS = 'M4 5h16v14H4zM11 10.5a2.2 2.2 0 1 0 0 3M17 10.5a2.2 2.2 0 1 0 0 3'
export const HIDE = 'M3 12s3.2-6 9-6 9 6 9 6-3.2 6-9 6-9-6-9-6zM12 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM4.5 19.5l15-15'
export const CALM = 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.5 9v6M14.5 9v6'

/** A picture without a name of its own. */
export const icon = (path: string): TemplateResult => html`<svg viewBox="0 0 24 24" aria-hidden="true">${svg`<path d=${path} />`}</svg>`
