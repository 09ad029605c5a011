// Copies what the pages and panels need from node_modules into dist, where assets.go embeds it.
// Nothing here is fetched: `npm ci` brought it, pinned by package-lock.json.
import { build } from 'esbuild'
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
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
  'noto-sans-sc': ['600SemiBold'],
  'noto-emoji': ['700Bold'],
}

// Letters of the pages: the same family as on the panels, as a variable font.
const pageFonts = ['latin', 'latin-ext', 'greek', 'cyrillic']

async function panelFontFiles() {
  await mkdir(join(dist, 'fonts'), { recursive: true })
  for (const [family, weights] of Object.entries(panelFonts)) {
    const folder = join(modules, '@expo-google-fonts', family)
    for (const weight of weights) {
      const prefix = family.split('-').map((w) => (w === 'sc' ? 'SC' : w[0].toUpperCase() + w.slice(1))).join('')
      await cp(join(folder, weight, `${prefix}_${weight}.ttf`), join(dist, 'fonts', `${prefix}_${weight}.ttf`))
    }
    await cp(join(folder, 'LICENSE_FONT'), join(dist, 'fonts', `${family}.LICENSE`))
  }
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
await rm(join(dist, 'static'), { recursive: true, force: true })
await panelFontFiles()
await pageFontFiles()
await scripts()
await styles()
await writeFile(join(dist, 'BUILT'), 'built\n')
