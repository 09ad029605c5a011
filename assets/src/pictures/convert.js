// Pictures that browsers can read and the server cannot are made JPEG before they are sent.

const longest = 2400 // pixels of the longer side; no panel has more

// isForeign tells whether the server cannot read a file of this kind.
export const isForeign = (file) => /^image\/(heic|heif|avif)/.test(file.type) || /\.(heic|heif|avif)$/i.test(file.name)

// asJPEG is the picture as a JPEG file of the same name, or fails with a sentence for people.
export async function asJPEG(file) {
  let picture
  try {
    picture = await createImageBitmap(file)
  } catch {
    throw new Error('This browser cannot read such pictures. Send it as JPEG: on an iPhone choose Settings, Camera, Formats, Most Compatible, or share the picture by mail to yourself.')
  }
  const scale = Math.min(1, longest / Math.max(picture.width, picture.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(picture.width * scale))
  canvas.height = Math.max(1, Math.round(picture.height * scale))
  const paper = canvas.getContext('2d')
  paper.fillStyle = '#fff' // JPEG has no transparency
  paper.fillRect(0, 0, canvas.width, canvas.height)
  paper.drawImage(picture, 0, 0, canvas.width, canvas.height)
  picture.close()
  const data = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.92))
  return new File([data], file.name.replace(/\.[^.]*$/, '') + '.jpg', { type: 'image/jpeg' })
}
