// What browsers do with videos, each in its way: full screen, the small window, captions.

export const mayPip = (video: HTMLVideoElement): boolean => document.pictureInPictureEnabled === true && !video.disablePictureInPicture

export const isPip = (video: HTMLVideoElement): boolean => (video.getRootNode() as Document).pictureInPictureElement === video

/** Refused where there is no picture yet. */
export function togglePip(video: HTMLVideoElement): void {
  void (isPip(video) ? document.exitPictureInPicture() : video.requestPictureInPicture()).catch(() => {})
}

/** iPhones fill the screen with videos only. */
type PhoneVideo = HTMLVideoElement & { webkitEnterFullscreen?(): void }

export const mayFill = (video: PhoneVideo): boolean => document.fullscreenEnabled || !!video.webkitEnterFullscreen

export const isFull = (target: Element): boolean => (target.getRootNode() as Document).fullscreenElement === target

export function toggleFull(target: Element, video: PhoneVideo): void {
  if (isFull(target)) void document.exitFullscreen()
  else if (document.fullscreenEnabled) target.requestFullscreen().catch(() => {})
  else video.webkitEnterFullscreen?.()
}

const captionsOf = ({ textTracks }: HTMLVideoElement): TextTrack[] => [...textTracks].filter(({ kind }) => kind === 'captions' || kind === 'subtitles')

/** Whether captions are shown; `undefined` where there are none. */
export function hasCaptions(video: HTMLVideoElement): boolean | undefined {
  const tracks = captionsOf(video)
  return tracks.length ? tracks.some(({ mode }) => mode === 'showing') : undefined
}

/** On: in the reader's language if there are such. */
export function toggleCaptions(video: HTMLVideoElement, language: string): void {
  const tracks = captionsOf(video)
  const shown = hasCaptions(video) ? undefined : (tracks.find(track => track.language.startsWith(language)) ?? tracks[0])
  for (const track of tracks) track.mode = track === shown ? 'showing' : 'disabled'
}

/** Captions stand above the bar. */
export function liftCaptions(track: TextTrack): void {
  track.addEventListener('cuechange', () => {
    for (const cue of (track.activeCues ?? []) as Iterable<VTTCue>) if (cue.line === 'auto') cue.line = -4
  })
}
