// Ends the run with the plain closing line that CI counts: "N passed, N failed, N skipped".
export default class ClosingLine {
  #count = { passed: 0, failed: 0, skipped: 0 }

  onTestEnd(test, result) {
    if (result.status === 'skipped') this.#count.skipped++
    else if (result.status === test.expectedStatus) this.#count.passed++
    else this.#count.failed++
  }

  onEnd() {
    const { passed, failed, skipped } = this.#count
    console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
  }

  printsToStdio() {
    return false
  }
}
