// Gifts in custom messages: what came is made safe, a known kind and a count in bounds.

export const GIFTS = { rose: '🌹', clap: '👏', cake: '🍰', fireworks: '🎆', rocket: '🚀', crown: '👑' }

export function giftOf(data) {
  if ((data.type ?? data.businessID) !== 'gift' || !Object.hasOwn(GIFTS, data.gift)) return null
  return { gift: data.gift, count: bounded(data.count) }
}

function bounded(count) {
  return Number.isInteger(count) && count > 0 ? Math.min(count, 99) : 1
}
