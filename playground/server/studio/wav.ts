/** A RIFF/WAVE file: 16-bit PCM, one channel. */
export function encodeWav(samples: Float32Array, rate: number): Uint8Array<ArrayBuffer> {
  const size = samples.length * 2
  const view = new DataView(new ArrayBuffer(44 + size))
  const text = (at: number, value: string): void => {
    for (let index = 0; index < value.length; index++)
      view.setUint8(at + index, value.charCodeAt(index))
  }
  text(0, 'RIFF')
  view.setUint32(4, 36 + size, true)
  text(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, 1, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, rate, true)
  view.setUint32(28, rate * 2, true)
  view.setUint16(32, 2, true)
  view.setUint16(34, 16, true)
  text(36, 'data')
  view.setUint32(40, size, true)
  samples.forEach((value, index) => {
    const clipped = Math.max(-1, Math.min(1, value))
    view.setInt16(44 + index * 2, Math.round(clipped * 32_767), true)
  })
  return new Uint8Array(view.buffer)
}
