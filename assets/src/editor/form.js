// LayoutForm reads a layout out of the fields of its form and writes positions into them.
export class LayoutForm {
  constructor(element) {
    this.element = element
    this.list = element.querySelector('[data-widgets]')
    this.columns = Number(element.dataset.columns)
    this.rows = Number(element.dataset.rows)
    this.chosen = undefined
  }

  // widgets are the parts of the form that stand for one widget each, in their order.
  widgets() { return [...this.list.children] }

  part(id) { return this.widgets().find((part) => part.dataset.widget === id) }

  field(part, name) { return this.element.elements[`${part.dataset.widget}.${name}`] }

  choose(id) {
    this.chosen = this.part(id) ? id : this.widgets()[0]?.dataset.widget
    for (const part of this.widgets()) part.classList.toggle('on', part.dataset.widget === this.chosen)
  }

  // cells is where a widget is, counted from 0.
  cells(part) {
    const number = (name) => parseInt(this.field(part, name).value, 10) || 0
    return { x: number('column') - 1, y: number('row') - 1, w: number('wide'), h: number('high') }
  }

  // place writes where a widget is, kept on the grid; it tells whether that is somewhere else than before.
  place(part, { x, y, w, h }) {
    const before = this.cells(part)
    w = clamp(w, 1, this.columns)
    h = clamp(h, 1, this.rows)
    x = clamp(x, 0, this.columns - w)
    y = clamp(y, 0, this.rows - h)
    this.field(part, 'column').value = x + 1
    this.field(part, 'row').value = y + 1
    this.field(part, 'wide').value = w
    this.field(part, 'high').value = h
    return before.x !== x || before.y !== y || before.w !== w || before.h !== h
  }

  add(part) { this.list.append(part) }

  // remove takes a widget out and names the one that stands beside it.
  remove(id) {
    const part = this.part(id)
    const next = (part.nextElementSibling ?? part.previousElementSibling)?.dataset.widget
    part.remove()
    return next
  }

  // layout is what the server stores: the JSON of PUT /api/v1/layouts/{id}.
  layout() {
    const { elements, dataset } = this.element
    return {
      id: dataset.id,
      name: elements.name.value.trim(),
      dark: elements.dark.checked,
      margin: whole(elements.margin.value),
      padding: whole(elements.padding.value),
      widgets: this.widgets().map((part) => this.widget(part)),
    }
  }

  widget(part) {
    const ticked = (list) => [...part.querySelectorAll(`[data-list=${list}]:checked`)].map((box) => box.value)
    return {
      id: part.dataset.widget,
      kind: part.dataset.kind,
      ...this.cells(part),
      border: ticked('border'),
      line: whole(this.field(part, 'line').value),
      dark: this.field(part, 'dark').checked,
      sources: ticked('sources'),
      options: Object.fromEntries([...part.querySelectorAll('[data-option]')].map(option).filter(Boolean)),
    }
  }

  // text is equal for equal layouts.
  text() { return JSON.stringify(this.layout()) }
}

// option is name and value of one option, nothing where it is as usual.
function option(holder) {
  const { option: name, type, default: usual } = holder.dataset
  const fields = [...holder.querySelectorAll('input, select, textarea')]
  let value = fields[0]?.value.trim() ?? ''
  if (type === 'check') value = String(fields[0].checked)
  if (type === 'category') value = fields.filter((box) => box.checked).map((box) => box.value).join(',')
  return value === '' || value === usual ? null : [name, value]
}

const whole = (text) => parseInt(text, 10) || 0

export const clamp = (n, low, high) => Math.max(low, Math.min(high, n))
