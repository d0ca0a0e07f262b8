// Ways to tell others of a room.

/** Where the system has a dialog for it. */
export const hasSystemShare = (): boolean => typeof globalThis.navigator?.share === 'function'

/** Resolves when it was shared or given up. */
export async function systemShare(title: string, url: string): Promise<void> {
  await navigator.share({ title, url }).catch((error: Error) => {
    if (error.name !== 'AbortError') throw error
  })
}

export const copyLink = (url: string): Promise<void> => navigator.clipboard.writeText(url)
