/** What an experiment found as one HTML page that needs nothing beside it: no script, no font, no other file. */
import type { Findings } from '../findings.ts'
import { captionOf, differences, explained, type Grid, isCompared, means } from '../tables.ts'
import { type Chart, svgOf } from './chart.ts'
import { chartsOf } from './charts.ts'
import { escaped } from './markup.ts'
import { styleOf } from './style.ts'

export function pageOf(findings: Findings): string {
  const { name, schedulers, seeds } = findings
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escaped(name)}</title>
<style>${styleOf(schedulers.length)}
</style>
</head>
<body>
<header>
<h1>${escaped(name)}</h1>
<p class="quiet">${escaped(captionOf(findings))}.</p>
</header>
<main>
${legendOf(findings)}
<div class="charts">
${chartsOf(findings).map(figureOf).join('\n')}
</div>
<h2>Measured</h2>
${tableOf(means(findings), aboutOf(findings))}
${isCompared(findings) ? `<h2>Compared</h2>\n<p class="quiet">${escaped(explained)}</p>\n${tableOf(differences(findings), aboutOf(findings))}` : ''}
</main>
<footer>Made by Wavetank with seeds ${escaped(seeds.join(', '))}. The same experiment gives the same numbers, but for those of the machine’s clock.</footer>
</body>
</html>
`
}

function legendOf({ schedulers, seeds }: Findings): string {
  const items = schedulers.map((label, index) => `<li>${keyOf(index)}${escaped(label)}</li>`)
  const bands =
    seeds.length > 1 ? '<li class="quiet">line: mean over the seeds; band: from the least to the most</li>' : ''
  return `<ul class="legend" aria-label="Schedulers">${items.join('')}${bands}</ul>`
}

function keyOf(index: number): string {
  return `<svg viewBox="0 0 40 10" aria-hidden="true"><path class="line s${index}" d="M0,5H40"/></svg>`
}

function figureOf(chart: Chart): string {
  const { title, about } = chart
  return `<figure id="${chart.id}">
<figcaption><strong>${escaped(title)}</strong><span>${escaped(about)}</span></figcaption>
${svgOf(chart)}
</figure>`
}

/** What each quantity is, by key. */
function aboutOf({ quantities }: Findings): ReadonlyMap<string, string> {
  return new Map(quantities.map(({ key, about }) => [key, about]))
}

function tableOf({ head, rows }: Grid, about: ReadonlyMap<string, string>): string {
  const line = ([first = '', ...cells]: readonly string[]): string =>
    `<tr><th scope="row" title="${escaped(about.get(first) ?? '')}">${escaped(first)}</th>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`
  return `<div class="scroll"><table>
<thead><tr>${head.map((cell) => `<th scope="col">${escaped(cell)}</th>`).join('')}</tr></thead>
<tbody>
${rows.map(line).join('\n')}
</tbody>
</table></div>`
}
