/** A ```ts block of a document, with the ```text block that follows it directly, if one does. */
export interface Snippet {
  readonly line: number
  readonly code: string
  readonly output: string | undefined
}

interface Block {
  readonly language: string
  readonly line: number
  readonly text: string
}

function blocks(markdown: string): readonly Block[] {
  return [...markdown.matchAll(/^```(\w*)[^\n]*\n([\s\S]*?)^```/gm)].map((match) => ({
    language: match[1] ?? '',
    line: markdown.slice(0, match.index).split('\n').length,
    text: match[2] ?? '',
  }))
}

/** The snippets in order. A `text` block belongs to the snippet before it unless another block stands between. */
export function snippets(markdown: string): readonly Snippet[] {
  const all = blocks(markdown)
  return all.flatMap(({ language, line, text }, index) => {
    if (language !== 'ts') return []
    const next = all[index + 1]
    return [{ line, code: text, output: next?.language === 'text' ? next.text : undefined }]
  })
}
