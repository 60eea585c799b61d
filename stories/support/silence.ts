/** A tune that needs no server: a tenth of a second of silence, as WAV (8 kHz, 8 bits, mono). */
export function silence(): string {
  const samples = new Uint8Array(800).fill(128)
  const header = new DataView(new ArrayBuffer(44))
  const write = (offset: number, text: string) =>
    [...text].forEach((letter, index) => header.setUint8(offset + index, letter.charCodeAt(0)))
  write(0, 'RIFF')
  header.setUint32(4, 36 + samples.length, true)
  write(8, 'WAVEfmt ')
  header.setUint32(16, 16, true)
  header.setUint16(20, 1, true)
  header.setUint16(22, 1, true)
  header.setUint32(24, 8000, true)
  header.setUint32(28, 8000, true)
  header.setUint16(32, 1, true)
  header.setUint16(34, 8, true)
  write(36, 'data')
  header.setUint32(40, samples.length, true)
  const bytes = [...new Uint8Array(header.buffer), ...samples]
  return `data:audio/wav;base64,${btoa(String.fromCharCode(...bytes))}`
}
