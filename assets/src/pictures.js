// The page of pictures and that of an album: many files with the progress of each, drag and drop, and dragging into
// order. Both pages work without this file.
import { asJPEG, isForeign } from './pictures/convert.js'
import { send, takeDrops } from './upload.js'

const form = document.querySelector('[data-pictures]')

// pictureForm is what is sent of one picture.
function pictureForm(file) {
  const body = new FormData()
  body.append('album', form.elements.album.value)
  body.append('files', file, file.name)
  return body
}

// row is the line of one file in the list of results.
function row(file) {
  const line = document.createElement('li')
  const name = document.createElement('strong')
  name.textContent = file.name
  const word = document.createElement('span')
  word.className = 'soft'
  word.textContent = 'waits'
  const bar = document.createElement('progress')
  bar.max = 1
  bar.value = 0
  bar.setAttribute('aria-label', file.name)
  line.append(name, word, bar)
  return { line, word, bar }
}

async function upload(file, { line, word, bar }) {
  try {
    word.textContent = ''
    const ready = isForeign(file) ? await asJPEG(file) : file
    const answer = await send(form.action, pictureForm(ready), (share) => {
      if (share < 1) bar.value = share
      else bar.removeAttribute('value') // sent; the server is reading it
    })
    const found = new DOMParser().parseFromString(answer, 'text/html').querySelector('.answer li')
    word.replaceWith(...found.querySelectorAll('span'))
  } catch (problem) {
    word.className = 'warm'
    word.textContent = problem.message
  }
  bar.remove()
  line.dataset.done = ''
}

// uploadAll sends one after the other: the server decodes one at a time, too.
let queue = Promise.resolve()
function uploadAll(files) {
  if (files.length === 0) return
  const result = document.getElementById('upload-result')
  let list = result.querySelector('.answer')
  if (!list || list.querySelectorAll('li:not([data-done])').length === 0) {
    list = document.createElement('ul')
    list.className = 'answer'
    result.replaceChildren(list)
  }
  for (const file of files) {
    const shown = row(file)
    list.append(shown.line)
    queue = queue.then(() => upload(file, shown))
  }
}

if (form) {
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    uploadAll([...form.elements.files.files])
    form.reset()
  })
  takeDrops(form.parentElement, uploadAll)
}

// The bar of what can be done counts what is ticked.
document.addEventListener('change', ({ target }) => {
  const selection = target.closest('[data-selection]')
  if (!selection) return
  const count = selection.querySelectorAll('[name="ids"]:checked').length
  selection.querySelector('[data-ticked]').textContent =
    count === 0 ? 'With the pictures that are ticked:' : count === 1 ? 'With 1 picture:' : `With ${count} pictures:`
})

// Pictures of an album are dragged into order; letting go saves it.
let dragged = null
const prepare = () => {
  for (const item of document.querySelectorAll('[data-order] .order > li')) item.draggable = true
  for (const hint of document.querySelectorAll('[data-drag-hint]')) hint.hidden = false
}
document.addEventListener('dragstart', ({ target, dataTransfer }) => {
  dragged = target.closest?.('.order > li')
  if (!dragged) return
  dataTransfer.effectAllowed = 'move'
  dragged.classList.add('dragged')
})
document.addEventListener('dragover', (event) => {
  const over = dragged && event.target.closest('.order > li')
  if (!dragged) return
  event.preventDefault()
  if (!over || over === dragged) return
  const box = over.getBoundingClientRect()
  over[event.clientY < box.top + box.height / 2 ? 'before' : 'after'](dragged)
})
document.addEventListener('dragend', () => {
  if (!dragged) return
  dragged.classList.remove('dragged')
  dragged.closest('form').requestSubmit()
  dragged = null
})
document.addEventListener('htmx:load', prepare)
prepare()
