// Copies what the pages and panels need from node_modules into dist, where assets.go embeds it.
// Nothing here is fetched: `npm ci` brought it, pinned by package-lock.json.
import { build } from 'esbuild'
import svgpath from 'svgpath'
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import subsetFont from 'subset-font'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const modules = join(here, 'node_modules')
const dist = join(here, 'dist')

// The outline fonts that `render` draws with. The file name says family and weight.
const panelFonts = {
  inter: ['500Medium', '600SemiBold', '700Bold', '800ExtraBold'],
  'noto-sans-arabic': ['600SemiBold'],
  'noto-sans-hebrew': ['600SemiBold'],
  'noto-sans-devanagari': ['600SemiBold'],
  'noto-sans-thai': ['600SemiBold'],
  'noto-sans-sc': ['600SemiBold'],
  'noto-sans-kr': ['600SemiBold'],
  'noto-emoji': ['700Bold'],
}

// Parts of fonts, as first and last letters: the Korean one repeats the Chinese characters, which are
// more than half of its 6 MB.
const partsOf = {
  'noto-sans-kr': [[0x20, 0x20], [0x1100, 0x11ff], [0x3130, 0x318f], [0xa960, 0xa97c], [0xac00, 0xd7a3], [0xd7b0, 0xd7fb]],
}

// Letters of the pages: the same family as on the panels, as a variable font.
const pageFonts = ['latin', 'latin-ext', 'greek', 'cyrillic']

function lettersOf(ranges) {
  let letters = ''
  for (const [first, last] of ranges) {
    for (let code = first; code <= last; code++) letters += String.fromCodePoint(code)
  }
  return letters
}

async function panelFontFiles() {
  await mkdir(join(dist, 'fonts'), { recursive: true })
  for (const [family, weights] of Object.entries(panelFonts)) {
    const folder = join(modules, '@expo-google-fonts', family)
    for (const weight of weights) {
      const prefix = family.split('-').map((w) => (w.length === 2 ? w.toUpperCase() : w[0].toUpperCase() + w.slice(1))).join('')
      const name = `${prefix}_${weight}.ttf`
      const font = await readFile(join(folder, weight, name))
      const wanted = partsOf[family]
      await writeFile(join(dist, 'fonts', name), wanted ? await subsetFont(font, lettersOf(wanted), { targetFormat: 'truetype' }) : font)
    }
    await cp(join(folder, 'LICENSE_FONT'), join(dist, 'fonts', `${family}.LICENSE`))
  }
}

// The icons that `render` draws with, by their names in @mdi/svg.
const panelIcons = `
  weather-sunny weather-night weather-partly-cloudy weather-night-partly-cloudy weather-cloudy weather-fog weather-hazy weather-rainy
  weather-pouring weather-partly-rainy weather-snowy weather-snowy-heavy weather-snowy-rainy weather-partly-snowy weather-hail
  weather-lightning weather-lightning-rainy weather-windy weather-sunset-up weather-sunset-down white-balance-sunny
  moon-new moon-waxing-crescent moon-first-quarter moon-waxing-gibbous moon-full moon-waning-gibbous moon-last-quarter moon-waning-crescent
  thermometer water-percent water weather-windy-variant gauge umbrella
  wifi-strength-outline wifi-strength-1 wifi-strength-2 wifi-strength-3 wifi-strength-4 wifi-strength-off
  battery-outline battery-10 battery-20 battery-30 battery-40 battery-50 battery-60 battery-70 battery-80 battery-90 battery battery-alert-variant-outline
  arrow-up-bold arrow-down-bold arrow-right-bold triangle checkbox-blank-outline checkbox-marked check-bold circle-small
  calendar calendar-star clock-outline map-marker alert home leaf flower-pollen molecule-co2 motion-sensor party-popper timer-sand
  format-quote-open newspaper-variant-outline image-outline qrcode cellphone bell
`.trim().split(/\s+/)

// The outlines of icons with absolute commands and no arcs, so that a small reader understands them.
async function panelIconFile() {
  const paths = {}
  for (const name of panelIcons) {
    const svg = await readFile(join(modules, '@mdi/svg/svg', `${name}.svg`), 'utf8')
    const outline = svgpath(svg.match(/ d="([^"]+)"/)[1]).abs().unshort().unarc().round(3)
    paths[name] = outline.segments.map((segment) => segment.join(' ')).join(' ')
  }
  await mkdir(join(dist, 'icons'), { recursive: true })
  await writeFile(join(dist, 'icons', 'icons.json'), JSON.stringify(paths))
  await cp(join(modules, '@mdi/svg/LICENSE'), join(dist, 'icons', 'mdi.LICENSE'))
}

async function pageFontFiles() {
  await mkdir(join(dist, 'static'), { recursive: true })
  for (const subset of pageFonts) {
    await cp(
      join(modules, '@fontsource-variable/inter/files', `inter-${subset}-wght-normal.woff2`),
      join(dist, 'static', `inter-${subset}.woff2`),
    )
  }
}

async function scripts() {
  const sources = ['htmx.org/dist/htmx.min.js', 'htmx-ext-sse/sse.js']
  const parts = []
  for (const file of sources) parts.push(await readFile(join(modules, file), 'utf8'))
  parts.push(await readFile(join(here, 'src', 'app.js'), 'utf8'))
  await build({
    stdin: { contents: parts.join('\n;\n'), loader: 'js' },
    minify: true,
    outfile: join(dist, 'static', 'app.js'),
    logLevel: 'warning',
  })
  await pageScripts()
}

// Scripts that one page alone loads, each with the modules it is made of.
async function pageScripts() {
  await build({
    entryPoints: ['editor.js', 'playlists.js', 'pictures.js', 'picture.js', 'firmware.js'].map((file) => join(here, 'src', file)),
    bundle: true,
    minify: true,
    outdir: join(dist, 'static'),
    logLevel: 'warning',
  })
}

async function styles() {
  await build({
    entryPoints: [join(here, 'src', 'app.css')],
    bundle: true,
    minify: true,
    external: ['*.woff2'],
    outfile: join(dist, 'static', 'app.css'),
    logLevel: 'warning',
  })
}

await rm(join(dist, 'fonts'), { recursive: true, force: true })
await rm(join(dist, 'icons'), { recursive: true, force: true })
await rm(join(dist, 'static'), { recursive: true, force: true })
await panelFontFiles()
await panelIconFile()
await pageFontFiles()
await scripts()
await styles()
await writeFile(join(dist, 'BUILT'), 'built\n')
