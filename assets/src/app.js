// PersonalCMS: what htmx does not do by itself. Every page works without this file.

// Messages. The server sends them as the event "toast" in HX-Trigger: {"toast": {"kind", "text"}}.
function toast(kind, text) {
  const line = document.createElement('p')
  line.className = `toast ${kind}`
  line.textContent = text
  document.getElementById('toasts').append(line)
}

function letToastsGo() {
  for (const line of document.querySelectorAll('.toast.done:not([data-seen])')) {
    line.dataset.seen = ''
    setTimeout(() => line.remove(), 6000)
  }
}

document.addEventListener('toast', (event) => toast(event.detail.kind, event.detail.text))

document.addEventListener('click', (event) => event.target.closest('.toast')?.remove())

document.addEventListener('htmx:responseError', ({ detail: { xhr } }) => {
  if (xhr.status === 401) location.reload() // the session ended; the server leads to the sign-in page
  else if (!/toast/.test(xhr.getResponseHeader('HX-Trigger') ?? '')) toast('problem', 'That did not work. Reload the page and try again.')
})

document.addEventListener('htmx:sendError', ({ target }) => {
  if (!target.closest('[data-live]') || target.matches('form')) toast('problem', 'The server does not answer.')
})

// A live part is left alone while it holds a form that somebody has begun to fill in.
const touched = (event) => event.target.form?.setAttribute('data-touched', '')
document.addEventListener('input', touched)
document.addEventListener('change', touched)
document.addEventListener('htmx:afterRequest', ({ target }) => target.removeAttribute?.('data-touched'))
document.addEventListener('htmx:beforeRequest', (event) => {
  if (event.target.matches('[data-live]') && event.target.querySelector('[data-touched]')) event.preventDefault()
})

// What was folded out stays so when its surroundings are fetched again.
const unfolded = new WeakMap()
document.addEventListener('htmx:beforeSwap', ({ detail: { target } }) => {
  unfolded.set(target, [...target.querySelectorAll('details[open][id]')].map((part) => part.id))
})
document.addEventListener('htmx:afterSwap', ({ detail: { target } }) => {
  for (const id of unfolded.get(target) ?? []) document.getElementById(id)?.setAttribute('open', '')
})

// A link to something folded unfolds it.
document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href^="#"]')
  const part = link && document.getElementById(link.hash.slice(1))
  if (part instanceof HTMLDetailsElement) part.open = true
})

document.addEventListener('DOMContentLoaded', () => {
  new MutationObserver(letToastsGo).observe(document.getElementById('toasts'), { childList: true })
  letToastsGo()
})
