/** Always the same hue (0 to 359) for the same person. */
export function hueOf(userId: string): number {
  let hash = 7
  for (let index = 0; index < userId.length; index += 1) hash = (hash * 31 + userId.charCodeAt(index)) % 360
  return hash
}

/** The first letter of a name, whole even if it is an emoji. */
export const letterOf = (nick: string): string => [...nick.trim()][0]?.toUpperCase() ?? '?'

/**
 * The address of a picture that somebody else has written, or '' if it may not be loaded: only https, data of pictures
 * that cannot carry scripts, and http where the page itself came that way.
 */
export function safeImage(address: string): string {
  if (address === '' || address.length > 100_000) return ''
  if (/^data:image\/(?:png|jpeg|gif|webp|avif);base64,[a-z0-9+/=]+$/i.test(address)) return address
  try {
    const { protocol, href } = new URL(address)
    return protocol === 'https:' || (protocol === 'http:' && globalThis.location?.protocol === 'http:') ? href : ''
  } catch {
    return ''
  }
}

/** The address of a picture that the page itself has named, perhaps relative to itself; '' if it may not be loaded. */
export function ownImage(address: string): string {
  try {
    return address && safeImage(new URL(address, globalThis.document?.baseURI).href)
  } catch {
    return ''
  }
}

/** A foreign name inside a sentence: it cannot turn the direction of what stands around it. */
export const isolated = (name: string): string => `\u2068${name.replace(/[\u202a-\u202e\u2066-\u2069\u200e\u200f]/g, '')}\u2069`
