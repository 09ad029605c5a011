// The page of firmware: several files are sent one by one, each shows how far it is and gets its own answer. Without
// this file the form sends them all at once.

import { send, takeDrops } from './upload.js'

const form = document.querySelector('[data-firmware]')
const results = document.getElementById('upload-result')

// answer is the box in which something is said of a file.
function answer(name, word) {
  const box = document.createElement('div')
  box.className = 'answer'
  const file = document.createElement('p')
  file.className = 'answer-file'
  file.textContent = name
  const line = document.createElement('p')
  line.textContent = word
  box.append(file, line)
  return { box, line }
}

// waiting is the box of a file that is not sent yet.
function waiting(file) {
  const { box, line } = answer(file.name, 'waits')
  const bar = document.createElement('progress')
  bar.max = 1
  bar.value = 0
  bar.setAttribute('aria-label', file.name)
  box.dataset.waits = ''
  box.append(bar)
  return { box, line, bar }
}

function failed(box, sentence) {
  delete box.dataset.waits
  box.classList.add('refused')
  const word = document.createElement('strong')
  word.textContent = sentence
  box.lastElementChild.replaceChildren(word)
}

// upload sends one file with what is said of all. It is false when the file has to be chosen again.
async function upload(file, said, { box, line, bar }) {
  const body = new FormData()
  for (const [name, value] of said) body.append(name, value)
  body.append('firmware', file, file.name)
  line.textContent = 'is sent'
  try {
    const text = await send(form.action, body, (share) => {
      if (share < 1) bar.value = share
      else {
        bar.removeAttribute('value') // sent; the server is reading it
        line.textContent = 'is read'
      }
    })
    const told = new DOMParser().parseFromString(text, 'text/html').querySelector('.answer')
    box.replaceWith(told)
    htmx.process(told) // it may ask something
    document.body.dispatchEvent(new Event('firmware'))
    return told.matches('.stored') || told.querySelector('form') !== null
  } catch (problem) {
    bar.remove()
    failed(box, problem.message)
    return false
  }
}

// choose puts files into the form, as if somebody had chosen them.
function choose(files) {
  const list = new DataTransfer()
  for (const file of files) list.items.add(file)
  form.elements.firmware.files = list.files
}

// uploadAll sends one after the other. What was refused stays chosen with what was typed; when nothing was, the form is
// cleared. Questions that are not answered yet stay.
let queue = Promise.resolve()
function uploadAll(files) {
  if (files.length === 0) return
  for (const box of results.querySelectorAll('.answer:not([data-waits]):not(:has(form))')) box.remove()
  choose(files)
  if (files.length > 1 && (form.elements.version.value.trim() || form.elements.signature.value.trim())) {
    const { box } = answer(`${files.length} files`, '')
    failed(box, form.dataset.several)
    results.append(box)
    return
  }
  const said = [...new FormData(form)].filter(([name]) => name !== 'firmware')
  const rows = files.map((file) => ({ file, shown: waiting(file) }))
  results.append(...rows.map(({ shown }) => shown.box))
  queue = queue.then(async () => {
    const left = []
    for (const { file, shown } of rows) if (!(await upload(file, said, shown))) left.push(file)
    if (left.length === 0) form.reset()
    else choose(left)
  })
}

form.addEventListener('submit', (event) => {
  event.preventDefault()
  uploadAll([...form.elements.firmware.files])
})
takeDrops(form.parentElement, uploadAll)
