// The editor of layouts. The form is the layout: this script lays frames over its picture, moves what its number
// fields say, has the picture drawn anew, and saves without leaving the page. Without it the form does the same.
import { LayoutForm } from './editor/form.js'
import { Frames } from './editor/frames.js'
import { History } from './editor/history.js'
import { Preview } from './editor/preview.js'

class Editor {
  constructor(element) {
    this.form = new LayoutForm(element)
    this.element = element
    this.preview = new Preview(element, (grid) => this.frames.show(grid))
    this.frames = new Frames(element, this.form, {
      choose: (id) => this.choose(id),
      moved: (words) => this.moved(words),
      remove: (id) => this.remove(id),
      enter: (part) => part.querySelector('input:not([type=hidden])').focus(),
    })
    this.history = new History(this.form, () => this.restored())
    this.saved = element.hasAttribute('data-unsaved') ? '' : this.form.text()
    this.chooser = element.querySelector('[data-chosen]')
    this.state = element.querySelector('[data-state]')
    this.listen()
    this.unfold()
    this.choose(this.form.widgets()[0]?.dataset.widget)
    this.changed()
  }

  // unfold shows what only makes sense with a script.
  unfold() {
    for (const part of this.element.querySelectorAll('.chosen, .undoing, [data-keys], [data-frames]')) part.hidden = false
    for (const part of document.querySelectorAll('[data-without-script]')) part.hidden = true
    this.element.classList.add('scripted')
  }

  listen() {
    this.element.addEventListener('input', () => this.changed())
    this.element.addEventListener('change', () => this.history.note())
    // What a hidden field refuses would stop a save without a word.
    this.element.addEventListener('invalid', (event) => {
      const part = event.target.closest('[data-widget]')
      if (part) this.choose(part.dataset.widget)
    }, true)
    this.element.addEventListener('submit', (event) => this.submit(event))
    this.chooser.addEventListener('change', (event) => {
      event.stopPropagation()
      this.choose(this.chooser.value)
    })
    this.element.querySelector('[data-undo]')?.addEventListener('click', () => this.history.undo())
    this.element.querySelector('[data-redo]')?.addEventListener('click', () => this.history.redo())
    document.addEventListener('keydown', (event) => this.key(event))
    window.addEventListener('beforeunload', (event) => {
      if (!this.leaving && this.element.querySelector('[name=do]') && this.form.text() !== this.saved) event.preventDefault()
    })
    document.querySelector('[data-leave]')?.addEventListener('click', () => (this.leaving = true))
  }

  key(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return
    const key = event.key.toLowerCase()
    if (key === 's') {
      event.preventDefault()
      this.element.querySelector('[data-save]')?.click()
    }
    // In a field the browser undoes what was typed.
    if (event.target.matches('textarea, input:not([type=checkbox], [type=number])')) return
    if (key === 'z' || key === 'y') {
      event.preventDefault()
      if (key === 'y' || event.shiftKey) this.history.redo()
      else this.history.undo()
    }
  }

  // choose shows the fields of one widget.
  choose(id) {
    this.form.choose(id)
    this.frames.draw()
    this.list()
  }

  list() {
    const widgets = this.form.widgets()
    const same = (part) => widgets.filter((other) => other.dataset.title === part.dataset.title)
    this.chooser.replaceChildren(...widgets.map((part) => {
      const twins = same(part)
      const number = twins.length > 1 ? ` ${twins.indexOf(part) + 1}` : ''
      return new Option(part.dataset.title + number, part.dataset.widget, false, part.dataset.widget === this.form.chosen)
    }))
    this.chooser.closest('.chosen').hidden = widgets.length < 2
  }

  // moved follows a move on the picture: words are said to those who do not see it.
  moved(words) {
    this.changed()
    this.history.note()
    this.element.querySelector('[data-said]').textContent = words
  }

  restored() {
    this.choose(this.form.chosen)
    this.changed()
  }

  changed() {
    this.frames.draw()
    this.preview.draw(this.form.layout())
    const same = this.form.text() === this.saved
    this.state.textContent = same ? '' : 'Not saved yet'
    const title = document.querySelector('h1')
    title.textContent = this.element.elements.name.value || title.textContent
  }

  submit(event) {
    const [does, what] = (event.submitter?.value ?? 'save').split(':')
    if (does === 'add') this.add(event, what)
    else if (does === 'remove') {
      event.preventDefault()
      this.remove(what)
    } else if (does === 'save' && this.element.querySelector('[data-save]')) this.save(event)
    else this.leaving = true
  }

  // add asks the server for the form with one more widget and takes that widget's fields from it.
  async add(event, kind) {
    event.preventDefault()
    const body = new URLSearchParams(new FormData(this.element))
    body.set('do', `add:${kind}`)
    const answer = await fetch(this.element.action, { method: 'POST', body }).catch(() => null)
    if (!answer?.ok) return this.preview.say(['The widget could not be added. Reload the page and try again.'])
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    const part = document.adoptNode([...page.querySelectorAll('[data-widget]')].at(-1))
    this.form.add(part)
    this.element.querySelector('[data-picker]').open = false
    this.choose(part.dataset.widget)
    this.moved(`${part.dataset.title} added. ${this.frames.words(part)}`)
    this.frames.focus(part.dataset.widget)
  }

  remove(id) {
    const title = this.form.part(id).dataset.title
    const next = this.form.remove(id)
    this.choose(next)
    this.moved(`${title} removed.`)
    if (next) this.frames.focus(next)
  }

  // save sends the layout as scripts do. Where that is refused the form itself is sent: its answer says why, and
  // shows both versions where somebody else saved meanwhile.
  async save(event) {
    event.preventDefault()
    const text = this.form.text()
    const body = JSON.stringify({ ...this.form.layout(), revision: Number(this.element.elements.revision.value) })
    const headers = { 'Content-Type': 'application/json' }
    const answer = await fetch(`/api/v1/layouts/${this.element.dataset.id}`, { method: 'PUT', headers, body }).catch(() => null)
    if (!answer) return this.preview.say(['The server does not answer. What you changed is still here; save again in a moment.'])
    if (!answer.ok) {
      this.leaving = true
      return HTMLFormElement.prototype.submit.call(this.element)
    }
    this.element.elements.revision.value = (await answer.json()).revision
    this.saved = text
    this.changed()
    if (this.form.text() === text) this.state.textContent = 'Saved'
  }
}

const element = document.getElementById('layout')
if (element) new Editor(element)
