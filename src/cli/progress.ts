/** One line at the bottom of a terminal that says how far a long run is. Nothing where there is no terminal. */
export interface Progress {
  /** Shows the text, at most a few times a second. */
  show(text: () => string): void
  /** Takes the line away, so that something can be printed. */
  clear(): void
}

const everyMs = 200

export function createProgress(): Progress {
  const { stderr } = process
  if (!stderr.isTTY) return { show() {}, clear() {} }
  let shownAt = performance.now()
  let isShown = false
  return {
    show(text) {
      const now = performance.now()
      if (now - shownAt < everyMs) return
      shownAt = now
      isShown = true
      stderr.write(`\r\u001b[K${text().slice(0, Math.max(20, stderr.columns - 1))}`)
    },
    clear() {
      if (isShown) stderr.write('\r\u001b[K')
      isShown = false
    },
  }
}
