/** What the page looks like: for light and for dark, with colours that differ for those who see few of them. */

const light: readonly string[] = Object.freeze([
  '#0060a8',
  '#c24e00',
  '#007a55',
  '#a3347f',
  '#8a6a00',
  '#5b4bc4',
  '#b3261e',
  '#3d6f7d',
])
const dark: readonly string[] = Object.freeze([
  '#66b8ff',
  '#ff9a57',
  '#3fd0a0',
  '#f08cc9',
  '#e6c04a',
  '#b0a4ff',
  '#ff8f87',
  '#93cfdd',
])

/** How many schedulers have a colour of their own; then they come round again, with other dashes. */
const colours: number = light.length

const named = (list: readonly string[]): string => list.map((colour, index) => `--s${index}:${colour};`).join('')

/** So that a line is seen under another, and told apart without its colour. */
const dashes: readonly string[] = Object.freeze(['none', '10 4', '3 3', '12 3 3 3', '6 3', '2 5', '14 5 2 5', '8 8'])

/** Lines and bands, for so many schedulers. */
function seriesOf(count: number): string {
  return Array.from({ length: count }, (_, index) => {
    const colour = `var(--s${index % colours})`
    const dash = dashes[(index + Math.floor(index / colours)) % dashes.length]!
    return `.line.s${index}{stroke:${colour};stroke-dasharray:${dash}}.band.s${index}{fill:${colour}}`
  }).join('\n')
}

export function styleOf(count: number): string {
  return `
:root{color-scheme:light dark;--page:#fcfcfb;--ink:#1b1c1e;--quiet:#5c6066;--rule:#e3e4e1;--axis:#8d9198;--card:#fff;${named(light)}}
@media (prefers-color-scheme:dark){:root{--page:#16181b;--ink:#eceef0;--quiet:#a9afb6;--rule:#30343a;--axis:#7b828a;--card:#1d2024;${named(dark)}}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:84rem;padding:2rem clamp(1rem,3vw,2.5rem) 3rem;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
h1{font-size:1.7rem;line-height:1.2;margin:0}
h2{font-size:1.2rem;margin:2.5rem 0 .5rem}
p{margin:.4rem 0;max-width:75ch}
.quiet,figcaption span,footer{color:var(--quiet)}
.legend{position:sticky;top:0;z-index:1;display:flex;flex-wrap:wrap;gap:.3rem 1.4rem;list-style:none;margin:1rem 0;padding:.6rem 0;background:var(--page);border-bottom:1px solid var(--rule)}
.legend li{display:flex;align-items:center;gap:.5rem}
.legend svg{width:2.4rem;height:.6rem}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:1.2rem}
figure{margin:0;padding:1rem 1rem .6rem;background:var(--card);border:1px solid var(--rule);border-radius:8px}
figcaption{margin-bottom:.5rem}
figcaption strong{display:block}
figcaption span{font-size:.875rem}
svg{display:block;width:100%;height:auto;overflow:visible}
svg text{fill:var(--quiet);font:13px system-ui,sans-serif;font-variant-numeric:tabular-nums}
svg .label{fill:var(--ink)}
.rule{stroke:var(--rule)}.axis,.tick{stroke:var(--axis)}
.line{fill:none;stroke-width:2.2;stroke-linejoin:round}
.reference{stroke:var(--axis);stroke-width:1.5;stroke-dasharray:5 4}
.band{opacity:.16}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.9rem}
th,td{padding:.3rem .9rem .3rem 0;text-align:right;white-space:nowrap;border-bottom:1px solid var(--rule)}
th:first-child{text-align:left;font-weight:500}
thead th{color:var(--quiet);vertical-align:bottom}
footer{margin-top:2.5rem;font-size:.875rem}
${seriesOf(count)}`
}
