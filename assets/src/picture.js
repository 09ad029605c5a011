// The editor of one picture: the preview follows what is changed, and the point that stays in view is clicked.
// The page works without this file.

const form = document.querySelector('[data-picture]')
const shown = form.querySelector('[data-shown]')
const said = form.querySelector('[data-said]')
const usual = said.textContent

// address is where the picture is drawn as the form says, in one way of dithering or in the chosen one.
function address(base, dither) {
  const values = new URLSearchParams()
  for (const field of form.querySelectorAll('[data-edit]')) {
    if ((field.type === 'radio' || field.type === 'checkbox') && !field.checked) continue
    values.set(field.name, field.value)
  }
  if (dither) values.set('dither', dither)
  values.set('on', form.elements.on.value)
  return `${base}?${values}`
}

// load resolves once a picture is there; it is in the cache of the browser then.
function load(url) {
  return new Promise((resolve, reject) => {
    const picture = new Image()
    picture.addEventListener('load', () => resolve(picture))
    picture.addEventListener('error', reject)
    picture.src = url
  })
}

// reason is the server's sentence about a preview that was refused, or what to do when it has none.
async function reason(url) {
  const answer = await fetch(url).catch(() => null)
  const problem = await answer?.json().catch(() => null)
  return problem?.detail ?? 'The server does not answer.'
}

let drawing = false
let again = false
async function draw() {
  if (drawing) {
    again = true
    return
  }
  drawing = true
  try {
    const picture = await load(address(form.dataset.preview))
    shown.width = picture.naturalWidth
    shown.height = picture.naturalHeight
    shown.src = picture.src
    said.textContent = usual
    said.className = 'help'
  } catch {
    said.textContent = await reason(address(form.dataset.check))
    said.className = 'help warm'
  }
  drawing = false
  if (again) {
    again = false
    draw()
  }
}

// The strip follows later and one by one: it is seven pictures.
let round = 0
async function drawStrip() {
  const mine = ++round
  for (const img of form.querySelectorAll('[data-dither]')) {
    if (mine !== round) return
    const picture = await load(address(form.dataset.preview, img.dataset.dither)).catch(() => null)
    if (mine === round && picture) img.src = picture.src
  }
}

let soon = 0
let later = 0
function follow() {
  clearTimeout(soon)
  clearTimeout(later)
  soon = setTimeout(draw, 120)
  later = setTimeout(drawStrip, 700)
}

// The photograph is turned as it will be, and the point lies on it.
const photo = form.querySelector('[data-focus]')
const point = form.querySelector('[data-point]')
const picture = photo.querySelector('img')
const left = form.elements.focus_left
const top_ = form.elements.focus_top

function place() {
  const turned = Number(form.elements.rotate.value)
  const across = turned % 180 === 0
  const [width, height] = [picture.getAttribute('width'), picture.getAttribute('height')]
  photo.style.aspectRatio = across ? `${width} / ${height}` : `${height} / ${width}`
  photo.dataset.turned = turned
  point.hidden = false
  point.style.left = `${left.value}%`
  point.style.top = `${top_.value}%`
}

function focus(x, y) {
  const within = (value) => String(Math.round(Math.min(100, Math.max(0, value)) * 10) / 10)
  left.value = within(x)
  top_.value = within(y)
  place()
  follow()
}

photo.addEventListener('click', (event) => {
  if (event.detail === 0) return // pressed by a key
  const box = photo.getBoundingClientRect()
  focus((100 * (event.clientX - box.left)) / box.width, (100 * (event.clientY - box.top)) / box.height)
})
photo.addEventListener('keydown', (event) => {
  const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key]
  if (!step) return
  event.preventDefault()
  const far = event.shiftKey ? 10 : 2
  focus(Number(left.value) + far * step[0], Number(top_.value) + far * step[1])
})

form.addEventListener('input', ({ target }) => {
  const output = form.querySelector(`output[for="${target.id}"]`)
  if (output) output.textContent = target.value.replace('-', '−')
  if (!target.matches('[data-edit], [name="on"]')) return
  if (target.matches('[name="rotate"], [name^="focus_"]')) place()
  follow()
})
place()
