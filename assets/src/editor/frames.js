// Frames lie over the picture, one for each widget. They are dragged, resized at their edges, and moved with keys; what
// they do is written into the form's fields. One of them is in the tab order: the chosen one.
import { clamp } from './form.js'

const edges = ['n', 'ne', 'e', 'se', 's', 'sw', 'w', 'nw']
const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }

export class Frames {
  constructor(element, form, on) {
    this.form = form
    this.on = on
    this.holder = element.querySelector('[data-frames]')
    this.grid = { kept: element.querySelector('[data-rearranged]').hidden, width: 800, height: 480 }
    this.holder.addEventListener('pointerdown', (event) => this.grab(event))
    this.holder.addEventListener('keydown', (event) => this.key(event))
    this.holder.addEventListener('focusin', (event) => {
      const { frame } = event.target.dataset
      if (frame && frame !== this.form.chosen) this.on.choose(frame)
    })
    this.holder.addEventListener('dblclick', (event) => {
      const part = this.form.part(event.target.closest('[data-frame]')?.dataset.frame)
      if (part) this.on.enter(part)
    })
  }

  // show follows the picture: where the panel is not the grid's shape there is nothing to move.
  show(grid) {
    this.grid = grid
    this.draw()
  }

  frame(id) { return this.holder.querySelector(`[data-frame="${id}"]`) }

  focus(id) { this.frame(id)?.focus({ preventScroll: true }) }

  draw() {
    this.holder.classList.toggle('away', !this.grid.kept)
    const parts = this.form.widgets()
    for (const frame of [...this.holder.children]) {
      if (!this.form.part(frame.dataset.frame)) frame.remove()
    }
    for (const part of parts) this.lay(part, this.frame(part.dataset.widget) ?? this.make(part))
  }

  make(part) {
    const frame = document.createElement('button')
    frame.type = 'button'
    frame.className = 'frame'
    frame.dataset.frame = part.dataset.widget
    for (const edge of edges) {
      const handle = document.createElement('span')
      handle.className = `handle ${edge}`
      handle.dataset.edge = edge
      frame.append(handle)
    }
    this.holder.append(frame)
    return frame
  }

  // lay puts a frame where its widget is drawn, as render arranges it: a margin, then cells of equal size.
  lay(part, frame) {
    let { x, y, w, h } = this.form.cells(part)
    ;[x, y] = [clamp(x, 0, this.form.columns - 1), clamp(y, 0, this.form.rows - 1)] // while a number is being typed
    ;[w, h] = [clamp(w, 1, this.form.columns - x), clamp(h, 1, this.form.rows - y)]
    const { width, height } = this.grid
    const scale = Math.min(width / 800, height / 480)
    const edge = Math.round(scale * (parseInt(this.form.element.elements.margin.value, 10) || 0))
    const across = (cells) => `${(100 * (edge + ((width - 2 * edge) * cells) / this.form.columns)) / width}%`
    const down = (cells) => `${(100 * (edge + ((height - 2 * edge) * cells) / this.form.rows)) / height}%`
    frame.style.left = across(x)
    frame.style.top = down(y)
    frame.style.width = `calc(${across(x + w)} - ${across(x)})`
    frame.style.height = `calc(${down(y + h)} - ${down(y)})`
    const on = part.dataset.widget === this.form.chosen
    frame.classList.toggle('on', on)
    frame.tabIndex = on ? 0 : -1
    frame.setAttribute('aria-pressed', on)
    frame.setAttribute('aria-label', `${part.dataset.title}: ${this.words(part)}`)
  }

  // words say where a widget is.
  words(part) {
    const { x, y, w, h } = this.form.cells(part)
    return `column ${x + 1}, row ${y + 1}, ${w} wide, ${h} high`
  }

  key(event) {
    const part = this.form.part(event.target.dataset.frame)
    if (!part || event.ctrlKey || event.metaKey || event.altKey) return
    const at = this.form.cells(part)
    const by = arrows[event.key]
    if (by) {
      const to = event.shiftKey ? { ...at, w: clamp(at.w + by[0], 1, this.form.columns - at.x), h: clamp(at.h + by[1], 1, this.form.rows - at.y) }
        : { ...at, x: at.x + by[0], y: at.y + by[1] }
      if (this.form.place(part, to)) this.on.moved(this.words(part))
    } else if (event.key === 'Delete' || event.key === 'Backspace') this.on.remove(part.dataset.widget)
    else if (event.key === 'Enter') this.on.enter(part)
    else if (!this.turn(event.key, part)) return
    event.preventDefault()
  }

  // turn moves the focus to another frame, in the order in which they are read.
  turn(key, part) {
    const order = this.form.widgets().sort((a, b) => {
      const [from, to] = [this.form.cells(a), this.form.cells(b)]
      return from.y - to.y || from.x - to.x
    })
    const at = order.indexOf(part)
    const next = { PageDown: at + 1, PageUp: at - 1, Home: 0, End: order.length - 1 }[key]
    if (next === undefined) return false
    this.focus(order[(next + order.length) % order.length].dataset.widget)
    return true
  }

  // grab begins a drag: of the whole frame, or of the edge under the pointer.
  grab(event) {
    const frame = event.target.closest('[data-frame]')
    if (!frame || event.button !== 0) return
    const chosen = frame.classList.contains('on')
    this.on.choose(frame.dataset.frame)
    frame.focus({ preventScroll: true })
    // A finger chooses first; what it then drags is moved. So the page can still be scrolled over the picture.
    if (event.pointerType === 'touch' && !chosen) return
    event.preventDefault()
    const part = this.form.part(frame.dataset.frame)
    const from = this.form.cells(part)
    const edge = event.target.dataset.edge ?? ''
    const box = this.holder.getBoundingClientRect()
    const cell = { x: box.width / this.form.columns, y: box.height / this.form.rows }
    const moved = (move) => {
      const by = { x: Math.round((move.clientX - event.clientX) / cell.x), y: Math.round((move.clientY - event.clientY) / cell.y) }
      if (this.form.place(part, this.dragged(from, edge, by))) this.lay(part, frame)
    }
    const ended = () => {
      frame.removeEventListener('pointermove', moved)
      frame.removeEventListener('lostpointercapture', ended)
      const now = this.form.cells(part)
      if (now.x !== from.x || now.y !== from.y || now.w !== from.w || now.h !== from.h) this.on.moved(this.words(part))
    }
    frame.setPointerCapture(event.pointerId)
    frame.addEventListener('pointermove', moved)
    frame.addEventListener('lostpointercapture', ended)
  }

  // dragged is where a widget is when its edge, or all of it, was dragged by some cells.
  dragged({ x, y, w, h }, edge, by) {
    if (edge === '') return { x: x + by.x, y: y + by.y, w, h }
    const [right, bottom] = [x + w, y + h]
    if (edge.includes('w')) x = clamp(x + by.x, 0, right - 1)
    if (edge.includes('n')) y = clamp(y + by.y, 0, bottom - 1)
    w = edge.includes('e') ? clamp(w + by.x, 1, this.form.columns - x) : right - x
    h = edge.includes('s') ? clamp(h + by.y, 1, this.form.rows - y) : bottom - y
    return { x, y, w, h }
  }
}
