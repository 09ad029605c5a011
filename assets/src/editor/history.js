// History undoes and redoes. A step is the widgets in their order with all that stood in the form's fields; widgets
// that were taken out are kept as they were.
const most = 200

export class History {
  constructor(form, restored) {
    this.form = form
    this.restored = restored
    this.steps = [this.look()]
    this.at = 0
    this.buttons()
  }

  look() {
    const { element } = this.form
    const values = [...element.elements].filter((field) => field.name && field.name !== 'do' && field.name !== 'revision' && field.type !== 'file')
    return {
      text: this.form.text(),
      parts: this.form.widgets(),
      values: values.map((field) => [field, field.type === 'checkbox' ? field.checked : field.value]),
      chosen: this.form.chosen,
    }
  }

  // note keeps the form as it is now, if it is another than before.
  note() {
    const step = this.look()
    if (step.text === this.steps[this.at].text) return
    this.steps.splice(this.at + 1, Infinity, step)
    if (this.steps.length > most) this.steps.shift()
    this.at = this.steps.length - 1
    this.buttons()
  }

  undo() {
    this.note() // what is being typed is a step of its own
    this.go(-1)
  }

  redo() { this.go(1) }

  go(by) {
    const step = this.steps[this.at + by]
    if (!step) return
    this.at += by
    this.form.list.replaceChildren(...step.parts)
    for (const [field, value] of step.values) {
      if (field.type === 'checkbox') field.checked = value
      else field.value = value
    }
    this.form.choose(this.form.part(this.form.chosen) ? this.form.chosen : step.chosen)
    this.buttons()
    this.restored()
  }

  buttons() {
    const { element } = this.form
    const set = (name, off) => {
      const button = element.querySelector(`[data-${name}]`)
      if (button) button.disabled = off
    }
    set('undo', this.at === 0)
    set('redo', this.at === this.steps.length - 1)
  }
}
