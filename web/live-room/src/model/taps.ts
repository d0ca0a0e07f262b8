/** Hearts of mine, from the tap until the server tells them in everybody's sum. */
export class Taps {
  /** Shown already, and not in the server's sum yet. */
  untold = 0
  private answered?: object

  /** More of them, or fewer; answers by how much. */
  count(taps: number): number {
    this.untold = Math.max(0, this.untold + taps)
    return taps
  }

  /** The server's sum has grown by `add`; answers how many of these are other people's. */
  told(add: number): number {
    const others = Math.max(0, add - this.untold)
    this.untold = Math.max(0, this.untold - add)
    return others
  }

  /** How many an answer takes back: those above the server's limit. All taps that went together have one answer. */
  refusedBy(answer: { refused: number }): number {
    if (answer === this.answered) return 0
    this.answered = answer
    return answer.refused
  }
}
