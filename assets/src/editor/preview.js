// Preview has the layout drawn by the server, a moment after it changed; the picture is the panel's exact bits.
const pause = 120 // milliseconds
const small = 420 // pixels: up to this width a panel is shown twice as large

export class Preview {
  constructor(element, drawn) {
    this.element = element
    this.drawn = drawn
    this.choices = [...document.querySelectorAll('[data-preview-choice]')]
    for (const choice of this.choices) {
      choice.addEventListener('input', (event) => event.stopPropagation())
      choice.addEventListener('change', (event) => {
        event.stopPropagation()
        this.chosen()
      })
    }
  }

  query() {
    const query = new URLSearchParams()
    for (const choice of this.choices) if (choice.value) query.set(choice.name, choice.value)
    return query.size ? `?${query}` : ''
  }

  // chosen keeps what the picture is drawn for in the page's address, and draws for that.
  chosen() {
    const address = location.pathname + this.query()
    history.replaceState(null, '', address)
    this.element.action = address
    this.last = undefined
    this.draw(this.layout)
  }

  // draw asks for the picture once nothing has changed for a moment.
  draw(layout) {
    this.layout = layout
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.ask(), pause)
  }

  // ask sends one request at a time; what changed meanwhile is asked for afterwards.
  async ask() {
    const body = JSON.stringify(this.layout)
    if (this.asking || body === this.last) return
    this.asking = true
    this.last = body
    const headers = { 'Content-Type': 'application/json' }
    const answer = await fetch(`/api/v1/layouts/preview${this.query()}`, { method: 'POST', headers, body }).catch(() => null)
    await this.take(answer)
    this.asking = false
    if (JSON.stringify(this.layout) !== body) this.draw(this.layout)
  }

  async take(answer) {
    if (answer?.ok) {
      await this.show(answer)
      return this.say([])
    }
    if (answer?.status === 401) return location.reload() // the session ended; the server leads to the sign-in page
    if (answer?.status === 503) {
      this.last = undefined
      return this.draw(this.layout)
    }
    const problem = await answer?.json().catch(() => null)
    this.say(problem?.problems ?? [problem?.detail ?? 'The server does not answer. The picture is the last that was drawn.'])
  }

  async show(answer) {
    const { headers } = answer
    const picture = await asAddress(await answer.blob())
    const sheet = this.element.querySelector('[data-sheet]')
    let image = sheet.querySelector('img')
    if (!image) {
      image = new Image()
      image.alt = 'The layout as the panel shows it'
      sheet.querySelector('.blank')?.replaceWith(image)
    }
    image.src = picture
    await image.decode().catch(() => {})
    image.width = image.naturalWidth
    image.height = image.naturalHeight
    const twice = image.naturalWidth <= small
    image.style.width = twice ? `${2 * image.naturalWidth}px` : ''
    image.classList.toggle('twice', twice)
    const kept = headers.get('X-Grid') === 'kept'
    const missing = decodeURIComponent(headers.get('X-Missing-Letters') ?? '')
    this.element.querySelector('[data-rearranged]').hidden = kept
    this.element.querySelector('[data-missing]').hidden = !missing
    this.element.querySelector('[data-letters]').textContent = [...missing].join(' ')
    this.drawn({ kept, width: image.naturalWidth, height: image.naturalHeight })
  }

  // say shows what is wrong with the layout, one sentence each.
  say(sentences) {
    const list = this.element.querySelector('[data-problems]')
    list.hidden = sentences.length === 0
    list.replaceChildren(...sentences.map((sentence) => {
      const line = document.createElement('li')
      line.textContent = sentence
      return line
    }))
  }
}

// asAddress is a picture as a data: address; the page's policy allows no other for pictures made here.
function asAddress(blob) {
  return new Promise((resolve) => {
    const reader = new FileReader()
    reader.onload = () => resolve(reader.result)
    reader.readAsDataURL(blob)
  })
}
