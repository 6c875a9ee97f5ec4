/** A command, its options, and what is indented below it. */
export interface Command {
  readonly text: string
  readonly words: readonly string[]
  /** `--name=value`, `--name`, `-n value`, `-A`; without the dashes. */
  readonly options: Readonly<Record<string, string>>
  /** The lines below it that are indented, without the indentation. */
  readonly body: string
}

/** Commands and what they printed, between empty lines. */
export interface Block {
  /** Lines that begin with `#`, before the commands. */
  readonly remarks: readonly string[]
  readonly lines: readonly string[]
  readonly commands: readonly Command[]
  /** As it stands there; not what it should be. */
  readonly output: string
}

const ruler = '----'
/** Options of one letter that take the word after them. */
const withValue: readonly string[] = ['n', 'o', 'l', 'f']

/**
 * Blocks of commands, `----`, and what they print up to the next empty line. What has empty lines itself stands between
 * two pairs of rulers.
 */
export function parseTranscript(text: string): readonly Block[] {
  const lines = text.split('\n')
  const blocks: Block[] = []
  let place = 0
  const take = (isMore: (line: string) => boolean): string[] => {
    const taken: string[] = []
    while (place < lines.length && isMore(lines[place]!)) taken.push(lines[place++]!)
    return taken
  }
  for (;;) {
    const remarks = take((line) => line === '' || line.startsWith('#')).filter((line) => line !== '')
    if (place >= lines.length) return blocks
    const asked = take((line) => line !== ruler)
    if (place >= lines.length) throw new Error(`no ${ruler} after ${asked.join('\n')}`)
    place++
    const isLong = lines[place] === ruler
    if (isLong) place++
    const output = take((line) => (isLong ? line !== ruler : line !== ''))
    if (isLong) place += 2
    blocks.push({ remarks, lines: asked, commands: commandsOf(asked), output: output.join('\n') })
  }
}

function commandsOf(lines: readonly string[]): readonly Command[] {
  const commands: { text: string; body: string[] }[] = []
  for (const line of lines) {
    if (line.startsWith('  ') || line === '') commands.at(-1)!.body.push(line.slice(2))
    else commands.push({ text: line, body: [] })
  }
  return commands.map(({ text, body }) => ({ text, ...wordsOf(text), body: body.join('\n') }))
}

function wordsOf(text: string): Pick<Command, 'words' | 'options'> {
  const words: string[] = []
  const options: Record<string, string> = {}
  const all = text.split(/\s+/u)
  for (let place = 0; place < all.length; place++) {
    const word = all[place]!
    const [, name, value] = /^--?([a-zA-Z][\w-]*)(?:=(.*))?$/u.exec(word) ?? []
    if (name === undefined) words.push(word)
    else options[name] = value ?? (withValue.includes(name) ? all[++place]! : '')
  }
  return { words, options }
}

/** A block with what its commands printed. */
export function printBlock({ remarks, lines }: Block, output: string): string {
  const shown = output.replace(/[ \t]+$/gmu, '').replace(/^\n+|\n+$/gu, '')
  const isLong = /\n\n/u.test(shown)
  const printed = isLong ? [ruler, ruler, shown, ruler, ruler] : [ruler, ...(shown === '' ? [] : [shown])]
  return [...remarks, ...lines, ...printed, ''].join('\n')
}
