// What a Kubernetes user knows to happen, as transcripts: commands, `----`, and what they print. A changed story is
// written anew by `npx vitest run test/scenarios -u`; read the difference before you commit it.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from '../../scripts/lib/run.ts'
import { acts } from './commands.ts'
import { Stage } from './stage.ts'
import { type Block, type Command, parseTranscript, printBlock } from './transcript.ts'

const folder = join(root, 'test/scenarios')
const files = readdirSync(folder).filter((name) => name.endsWith('.txt'))

/** The text with every output as it comes out now. */
function played(text: string): string {
  let stage: Stage | undefined
  const run = (command: Command): string => {
    const [word = ''] = command.words
    if (word === 'cluster') {
      stage = new Stage(command.body)
      return ''
    }
    if (stage === undefined) throw new Error('a transcript begins with: cluster')
    const act = acts[word]
    if (act === undefined)
      throw new Error(`no command ${JSON.stringify(word)}; there are: ${Object.keys(acts).join(', ')}`)
    const on = stage
    return on.attempt(() => act(on, command))
  }
  const play = (block: Block): string => {
    const outputs = block.commands.map((command) => run(command).trimEnd()).filter((output) => output !== '')
    return printBlock(block, outputs.join('\n'))
  }
  return parseTranscript(text).map(play).join('\n')
}

test('there are stories', () => {
  expect(files.length).toBeGreaterThanOrEqual(25)
})

test.each(files)('%s', async (name) => {
  const path = join(folder, name)
  await expect(played(readFileSync(path, 'utf8'))).toMatchFileSnapshot(path)
})

describe('the check itself', () => {
  const story =
    '# A word.\ncluster\n  nodes: 1\nget nodes\n----\nold\n\nadvance 1s\nget pods\n----\n----\na\n\nb\n----\n----\n\nget no\n----\n'

  test('reads commands, what is indented below them, and what they print', () => {
    const blocks = parseTranscript(story)
    expect(blocks.map(({ output }) => output)).toEqual(['old', 'a\n\nb', ''])
    expect(blocks[0]!.commands.map(({ words, body }) => [words, body])).toEqual([
      [['cluster'], 'nodes: 1'],
      [['get', 'nodes'], ''],
    ])
  })

  test('prints what commands print, whatever stood there', () => {
    expect(played(story)).toBe(`\
# A word.
cluster
  nodes: 1
get nodes
----
NAME     STATUS   ROLES    AGE   VERSION
node-0   Ready    <none>   0s    v1.36.1

advance 1s
get pods
----
No resources found in default namespace.

get no
----
NAME     STATUS   ROLES    AGE   VERSION
node-0   Ready    <none>   1s    v1.36.1
`)
  })

  test('a block without a ruler and an unknown command are mistakes of the transcript', () => {
    expect(() => played('cluster\n')).toThrow('no ---- after cluster')
    expect(() => played('cluster\nfetch pods\n----\n')).toThrow(/^no command "fetch"; there are: apply, /u)
    expect(() => played('get pods\n----\n')).toThrow('a transcript begins with: cluster')
  })
})
