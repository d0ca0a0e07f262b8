// The hearts themselves: a few nodes that are used again and again, each moved by one animation of the browser.

const HEARTS_MAX = 40
/** Neighbours in this sequence are never alike (R2, the plastic number): varied without a clump, the same every time. */
const PARTS = [0.754877, 0.56984, 0.430159]

export class Hearts {
  private count = 0
  private readonly free: HTMLElement[] = []
  private made = 0

  constructor(private readonly air: HTMLElement) {}

  /** One heart from a place in `air`; nothing where enough of them rise. */
  rise(x: number, y: number): void {
    const node = this.free.pop() ?? (this.made < HEARTS_MAX ? this.newNode() : undefined)
    if (!node) return
    this.count += 1
    const [side, size, bend] = PARTS.map(part => (this.count * part) % 1) as [number, number, number]
    node.hidden = false
    node.style.setProperty('--hue', `${335 + side * 50}`)
    const sway = (bend - 0.5) * 70
    const scale = 0.8 + size * 0.7
    const at = (dx: number, dy: number, scale: number, turn = 0) => `translate3d(${x + dx}px, ${y + dy}px, 0) rotate(${turn}deg) scale(${scale})`
    const high = 150 + size * 90
    const animation = node.animate(
      [
        { transform: at(0, 0, 0.3), opacity: 0 },
        { transform: at(sway * 0.1, -high * 0.12, scale * 1.1, sway / 4), opacity: 1, offset: 0.12 },
        { transform: at(sway, -high * 0.5, scale, -sway / 4), opacity: 0.95, offset: 0.55 },
        { transform: at(sway * 0.3, -high, scale * 0.9, sway / 5), opacity: 0 },
      ],
      { duration: 1700 + bend * 800, easing: 'ease-out' },
    )
    animation.onfinish = animation.oncancel = () => {
      node.hidden = true
      this.free.push(node)
    }
  }

  private newNode(): HTMLElement {
    this.made += 1
    const node = document.createElement('i')
    this.air.append(node)
    return node
  }
}
