import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bestFit, localOptimum, mostAllocated } from 'wavetank'
import { experiment, type ExperimentResult } from 'wavetank/experiments'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from '../../scripts/lib/run.ts'
import { linearAxis, logTimeAxis, timeAxis } from '../../src/experiments/page/axis.ts'
import { hasProgram } from '../support/system.ts'
import { drawn, listed } from './support.ts'

const compared = (): ExperimentResult =>
  experiment({
    name: 'Best fit <against> local optimum',
    cluster: { nodes: 30 },
    workload: drawn(300),
    schedulers: {
      'best fit': { strategy: bestFit() },
      'local optimum of 5': { strategy: localOptimum({ feasible: 5 }) },
      packed: { policy: mostAllocated() },
    },
    seeds: 2,
  })

describe('the page', () => {
  const page = compared().toHtml()

  test('needs nothing beside it', () => {
    expect(page).not.toMatch(/<script|<link|@import|url\(|\bsrc=|href=/)
    expect(page).not.toMatch(/NaN|Infinity|undefined/)
  })

  test('shows what is asked of an experiment', () => {
    const titles = [...page.matchAll(/<figcaption><strong>(.*?)<\/strong>/g)].map(([, title]) => title)
    expect(titles).toEqual([
      'Utilisation over time: cpu',
      'Allocation against arrival: cpu',
      'Fragmentation: cpu',
      'Utilisation over time: memory',
      'Allocation against arrival: memory',
      'Fragmentation: memory',
      'How long pods waited',
      'Nodes examined a pod',
      'The hottest node',
      'Nodes in use',
    ])
    expect(page).toContain('<h1>Best fit &lt;against&gt; local optimum</h1>')
  })

  test('is there for a run in which next to nothing happens', () => {
    const dull = experiment({
      cluster: { nodes: 1 },
      workload: listed([{ cpu: '99' }]),
      schedulers: { a: {} },
      seeds: 1,
    })
    expect(dull.toHtml()).not.toMatch(/NaN|Infinity|undefined/)
  })
})

describe('axes', () => {
  const texts = ({ ticks }: { ticks: readonly { text: string }[] }): string[] => ticks.map(({ text }) => text)

  test('go in steps of 1, 2 or 5', () => {
    expect(texts(linearAxis('', 100))).toEqual(['0', '20', '40', '60', '80', '100'])
    expect(texts(linearAxis('', 0.31, 0.01))).toEqual(['0', '10', '20', '30', '40'])
    expect(texts(linearAxis('', 7))).toEqual(['0', '2', '4', '6', '8'])
    expect(linearAxis('', 8).place(4)).toBe(0.5)
  })

  test('tell time in the largest unit of which there are two', () => {
    expect(timeAxis('time', 600_000)).toMatchObject({ label: 'time (min)' })
    expect(texts(timeAxis('time', 600_000))).toEqual(['0', '2', '4', '6', '8', '10'])
    expect(timeAxis('time', 90)).toMatchObject({ label: 'time (ms)' })
  })

  test('that are logarithmic go by powers of ten', () => {
    const axis = logTimeAxis('', 1.1, 60_000)
    expect(texts(axis)).toEqual(['1 ms', '10 ms', '100 ms', '1 s', '10 s', '100 s'])
    expect(axis.place(1000)).toBeCloseTo(0.6, 12)
    expect(axis.place(0.001)).toBe(0)
  })
})

/** What a browser says of the page: run in it, it leaves its answer in the document. */
const inspection = `
const answer = { charts: 0, lines: 0, outside: [], overlapping: [], faint: [], scrolls: document.documentElement.scrollWidth > innerWidth }
const channel = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b)
const rgb = (text) => text.match(/[\\d.]+/g).slice(0, 3).map(Number)
const contrast = (a, b) => { const [x, y] = [luminance(rgb(a)), luminance(rgb(b))].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05) }
const touch = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
for (const svg of document.querySelectorAll('figure svg')) {
  answer.charts++
  const frame = svg.closest('figure').getBoundingClientRect()
  const texts = [...svg.querySelectorAll('text')]
  const boxes = texts.map((text) => text.getBoundingClientRect())
  for (const [i, box] of boxes.entries()) {
    if (box.left < frame.left || box.right > frame.right || box.top < frame.top || box.bottom > frame.bottom) answer.outside.push(texts[i].textContent)
    for (let j = 0; j < i; j++) if (touch(box, boxes[j])) answer.overlapping.push(texts[j].textContent + ' | ' + texts[i].textContent)
  }
  const ground = getComputedStyle(svg.closest('figure')).backgroundColor
  for (const text of texts) if (contrast(getComputedStyle(text).fill, ground) < 4.5) answer.faint.push(text.textContent)
  for (const line of svg.querySelectorAll('.line:not(.reference)')) {
    answer.lines++
    const { width } = line.getBoundingClientRect()
    if (contrast(getComputedStyle(line).stroke, ground) < 3 || width === 0) answer.faint.push(line.textContent)
  }
}
answer.ground = getComputedStyle(document.body).backgroundColor
document.documentElement.setAttribute('data-answer', JSON.stringify(answer))
`

interface Answer {
  readonly charts: number
  readonly lines: number
  readonly outside: readonly string[]
  readonly overlapping: readonly string[]
  readonly faint: readonly string[]
  readonly scrolls: boolean
  readonly ground: string
}

describe.skipIf(!hasProgram('chromium'))('in a browser', () => {
  let folder = ''
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'wavetank-page-'))))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  function inspected(width: number, scheme: 'light' | 'dark'): Answer {
    const file = join(folder, 'page.html')
    writeFileSync(file, compared().toHtml().replace('</body>', `<script>${inspection}</script></body>`))
    const { status, stdout, stderr } = run('chromium', [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      `--user-data-dir=${join(folder, 'profile')}`,
      `--blink-settings=preferredColorScheme=${scheme === 'dark' ? 0 : 1}`,
      `--window-size=${width},900`,
      '--dump-dom',
      `file://${file}`,
    ])
    expect(status, stderr).toBe(0)
    const answer = /data-answer="([^"]*)"/.exec(stdout)?.[1] ?? '{}'
    return JSON.parse(answer.replaceAll('&quot;', '"').replaceAll('&amp;', '&')) as Answer
  }

  test.each([
    [1400, 'light', 'rgb(252, 252, 251)'],
    [1400, 'dark', 'rgb(22, 24, 27)'],
    [520, 'light', 'rgb(252, 252, 251)'],
  ] as const)('%i pixels wide and %s, everything can be read', (width, scheme, ground) => {
    expect(inspected(width, scheme)).toEqual({
      charts: 10,
      lines: 30,
      outside: [],
      overlapping: [],
      faint: [],
      scrolls: false,
      ground,
    })
  })
})
