/** Bars made of parts -> an SVG picture with a legend: the same bars give the same bytes. Readable on light and on dark ground. */

export interface Bar {
  readonly label: string
  /** From left to right; the same name has the same colour in every bar. */
  readonly parts: readonly BarPart[]
}

export interface BarPart {
  readonly name: string
  /** Milliseconds, 0 or more. */
  readonly ms: number
}

const width = 860
const left = 120
const right = 90
const barHeight = 34
const barGap = 18
const top = 44
const legendColumn = 145
const legendRow = 22
const charts = width - left - right

/** Told apart by people who see few colours, too, and in contrast to white and to black. */
const colours = [
  '#4e79a7',
  '#f28e2b',
  '#59a14f',
  '#e15759',
  '#76b7b2',
  '#b07aa1',
  '#9c755f',
  '#edc948',
  '#8a8a8a',
  '#d37295',
]

export function drawStackedBars(title: string, bars: readonly Bar[]): string {
  const names = [...new Set(bars.flatMap(({ parts }) => parts.map(({ name }) => name)))]
  const longest = Math.max(1, ...bars.map(totalOf))
  const step = niceStep(longest)
  const bottom = top + bars.length * (barHeight + barGap)
  const perRow = Math.floor((width - 40) / legendColumn)
  const height = bottom + 40 + Math.ceil(names.length / perRow) * legendRow
  const scale = (ms: number): number => (ms / longest) * charts
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `  <title>${escaped(title)}</title>`,
    style,
    `  <text class="title" x="20" y="24">${escaped(title)}</text>`,
    ...ticks(longest, step).map((ms) => drawTick(ms, left + scale(ms), bottom)),
    ...bars.flatMap((bar, at) => drawBar(bar, { names, scale, y: top + at * (barHeight + barGap) })),
    ...names.map((name, at) =>
      drawLegend(name, {
        at,
        x: 20 + (at % perRow) * legendColumn,
        y: bottom + 36 + Math.floor(at / perRow) * legendRow,
      }),
    ),
    '</svg>',
    '',
  ].join('\n')
}

const style = `  <style>
    text { font: 13px system-ui, sans-serif; fill: #24292f; }
    .title { font-weight: 600; }
    .tick { font-size: 11px; fill: #57606a; }
    line { stroke: #d0d7de; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3; }
      .tick { fill: #9ea7b3; }
      line { stroke: #3d444d; }
    }
  </style>`

function totalOf({ parts }: Bar): number {
  return parts.reduce((sum, { ms }) => sum + ms, 0)
}

/** 1, 2 or 5 times a power of ten, so that there are from four to ten ticks. */
function niceStep(longest: number): number {
  const rough = longest / 5
  const power = 10 ** Math.floor(Math.log10(rough))
  return ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power
}

function ticks(longest: number, step: number): readonly number[] {
  return Array.from({ length: Math.floor(longest / step) + 1 }, (_, at) => at * step)
}

function drawTick(ms: number, x: number, bottom: number): string {
  const label = `<text class="tick" x="${fixed(x)}" y="${bottom + 6}" text-anchor="middle">${printMs(ms)}</text>`
  return `  <line x1="${fixed(x)}" y1="${top - 6}" x2="${fixed(x)}" y2="${bottom - 8}"/>${label}`
}

interface BarPlace {
  readonly names: readonly string[]
  readonly scale: (ms: number) => number
  readonly y: number
}

function drawBar(bar: Bar, { names, scale, y }: BarPlace): readonly string[] {
  const middle = y + barHeight / 2 + 4
  let x = left
  const parts = bar.parts.map(({ name, ms }) => {
    const start = x
    x += scale(ms)
    const what = `<title>${escaped(name)}: ${printMs(ms)}</title>`
    return `  <rect x="${fixed(start)}" y="${y}" width="${fixed(x - start)}" height="${barHeight}" fill="${colourOf(names.indexOf(name))}">${what}</rect>`
  })
  return [
    `  <text x="${left - 10}" y="${middle}" text-anchor="end">${escaped(bar.label)}</text>`,
    ...parts,
    `  <text x="${fixed(x + 8)}" y="${middle}">${printMs(totalOf(bar))}</text>`,
  ]
}

function drawLegend(
  name: string,
  { at, x, y }: { readonly at: number; readonly x: number; readonly y: number },
): string {
  const swatch = `<rect x="${x}" y="${y - 11}" width="13" height="13" fill="${colourOf(at)}"/>`
  return `  ${swatch}<text x="${x + 20}" y="${y}">${escaped(name)}</text>`
}

function colourOf(at: number): string {
  return colours[at % colours.length] ?? '#8a8a8a'
}

function printMs(ms: number): string {
  return ms >= 1000 ? `${Number((ms / 1000).toFixed(2))} s` : `${ms.toFixed(0)} ms`
}

function fixed(value: number): string {
  return `${Number(value.toFixed(1))}`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
