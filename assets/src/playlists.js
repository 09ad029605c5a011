// Dragging the entries of a playlist. Dropping one presses a button that the server understands, as the arrows do.
function ready() {
  for (const entry of document.querySelectorAll('[data-sortable] > li')) entry.draggable = true
}

let dragged = null
const entryAt = (event) => event.target.closest?.('[data-sortable] > li')

document.addEventListener('dragstart', (event) => {
  if (event.target.matches?.('[data-sortable] > li')) {
    dragged = event.target
    dragged.classList.add('dragged')
    event.dataTransfer.effectAllowed = 'move'
  }
})

document.addEventListener('dragover', (event) => {
  const over = dragged && entryAt(event)
  if (!over) return
  event.preventDefault()
  for (const entry of over.parentElement.children) entry.classList.toggle('over', entry === over && entry !== dragged)
})

document.addEventListener('drop', (event) => {
  const over = dragged && entryAt(event)
  if (!over || over === dragged) return
  event.preventDefault()
  const button = document.createElement('button')
  button.name = 'do'
  button.value = `move:${dragged.dataset.index}:${over.dataset.index}`
  button.formNoValidate = true
  button.hidden = true
  dragged.closest('form').append(button)
  button.click()
})

document.addEventListener('dragend', () => {
  for (const entry of document.querySelectorAll('.dragged, .over')) entry.classList.remove('dragged', 'over')
  dragged = null
})

// A field in an entry that can be dragged could not be selected with the mouse.
document.addEventListener('pointerdown', (event) => {
  const entry = entryAt(event)
  if (entry) entry.draggable = !event.target.closest('input, select, button, summary, label')
})

document.addEventListener('htmx:afterSwap', ready)
document.addEventListener('DOMContentLoaded', ready)
