// The effect that is built in: the gift, large, and small ones that burst from it. Nodes that come and go with it.
import type { giftIcon } from './catalogue.js'

const SPARKS = 14
const LASTS_MS = 2600
/** Evenly around, without a pattern. */
const GOLDEN_DEG = 137.5

/** Resolves when it is over. */
export async function flourish(box: HTMLElement, look: ReturnType<typeof giftIcon>): Promise<void> {
  const stage = document.createElement('div')
  stage.className = 'flourish'
  const add = (name: string): HTMLElement => {
    const node = document.createElement('span')
    node.className = name
    if (look.image) {
      const image = document.createElement('img')
      Object.assign(image, { alt: '', referrerPolicy: 'no-referrer', src: look.image })
      node.append(image)
    } else node.textContent = look.emoji ?? ''
    stage.append(node)
    return node
  }
  const sparks = Array.from({ length: SPARKS }, () => add('spark'))
  const glow = document.createElement('span')
  glow.className = 'glow'
  stage.append(glow)
  const big = add('big')
  box.append(stage)
  glow.animate([{ opacity: 0, scale: 0.4 }, { opacity: 1, scale: 1, offset: 0.25 }, { opacity: 0.9, offset: 0.7 }, { opacity: 0, scale: 1.3 }], LASTS_MS)
  sparks.forEach((spark, index) => {
    const far = 90 + ((index * 53) % 80)
    const turn = `rotate(${index * GOLDEN_DEG}deg)`
    const frames = [
      { transform: `${turn} translateY(0) scale(0.3)`, opacity: 0 },
      { transform: `${turn} translateY(${-far * 0.8}px) scale(1)`, opacity: 1, offset: 0.45 },
      { transform: `${turn} translateY(${-far}px) scale(0.6)`, opacity: 0 },
    ]
    spark.animate(frames, { duration: LASTS_MS * 0.6, delay: LASTS_MS * 0.2 + index * 12, easing: 'cubic-bezier(0.1, 0.7, 0.3, 1)', fill: 'both' })
  })
  const frames = [
    { transform: 'translateY(60px) scale(0.2)', opacity: 0 },
    { transform: 'translateY(0) scale(1.15)', opacity: 1, offset: 0.2 },
    { transform: 'translateY(0) scale(1)', opacity: 1, offset: 0.3 },
    { transform: 'translateY(-6px) scale(1)', opacity: 1, offset: 0.78 },
    { transform: 'translateY(-70px) scale(0.9)', opacity: 0 },
  ]
  await big.animate(frames, { duration: LASTS_MS, easing: 'ease-out' }).finished.catch(() => {})
  stage.remove()
}
