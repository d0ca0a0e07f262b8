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

/** A QR code as rows of squares that are dark. The library comes when somebody asks for it. */
export async function qrOf(text: string): Promise<boolean[][]> {
  const { default: qrcode } = await import('qrcode-generator')
  const code = qrcode(0, 'M')
  code.addData(text, 'Byte')
  code.make()
  const size = code.getModuleCount()
  return Array.from({ length: size }, (_, row) => Array.from({ length: size }, (_, column) => code.isDark(row, column)))
}
