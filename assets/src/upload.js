// Files that are sent one by one, with their progress, and files that are dropped.

// send posts a form and resolves with what the server says of it, as HTML. progress is told the share that is sent.
export function send(address, body, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.upload.addEventListener('progress', ({ loaded, total }) => progress(loaded / total))
    request.addEventListener('error', () => reject(new Error('The server does not answer. Send it again.')))
    request.addEventListener('load', () => {
      if (request.status === 401) location.reload() // the session ended
      else if (request.status === 200 || request.status === 422) resolve(request.responseText)
      else reject(new Error(request.status === 413 ? 'The file is too large.' : 'That did not work. Send it again.'))
    })
    request.open('POST', address)
    request.setRequestHeader('HX-Request', 'true')
    request.send(body)
  })
}

// takeDrops hands over the files that are dropped anywhere on the page; the card shows that it would take them.
export function takeDrops(card, take) {
  card.querySelector('[data-drop-hint]').hidden = false
  const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes('Files')
  document.addEventListener('dragover', (event) => {
    if (!carriesFiles(event)) return
    event.preventDefault()
    card.classList.add('drop')
  })
  document.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) card.classList.remove('drop')
  })
  document.addEventListener('drop', (event) => {
    if (!carriesFiles(event)) return
    event.preventDefault()
    card.classList.remove('drop')
    take([...event.dataTransfer.files])
  })
}
