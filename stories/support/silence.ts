/** A tune that needs no server: four samples of silence, as WAV (8 kHz, 8 bits, mono). */
export const silence =
  'data:audio/wav;base64,UklGRigAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQQAAACAgICA'
