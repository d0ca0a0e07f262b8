// The demo's gifts: what can be sent, what it is called, and what it would cost.

export const GIFTS = [
  { id: 'rose', name: { en: 'Rose', zh: '玫瑰' }, icon: '🌹', price: 1 },
  { id: 'clap', name: { en: 'Applause', zh: '掌声' }, icon: '👏', price: 2 },
  { id: 'cake', name: { en: 'Cake', zh: '蛋糕' }, icon: '🍰', price: 10 },
  { id: 'fireworks', name: { en: 'Fireworks', zh: '烟花' }, icon: '🎆', price: 66 },
  { id: 'rocket', name: { en: 'Rocket', zh: '火箭' }, icon: '🚀', price: 188 },
  { id: 'crown', name: { en: 'Crown', zh: '皇冠' }, icon: '👑', price: 520 },
]
