import { previewFile } from 'brooklet'
import type { FilePart } from 'brooklet'
import { useCallback } from 'react'

interface FileViewProps {
  file: File | FilePart
  name: string
}

/** A small picture; of anything else its name. */
export function FileView({ file, name }: FileViewProps) {
  const show = useCallback(
    (image: HTMLImageElement) => {
      const { url, revoke } = previewFile(file)
      image.src = url
      return revoke
    },
    [file],
  )
  const mediaType = file instanceof File ? file.type : file.mediaType
  if (!mediaType.startsWith('image/')) return <span>{name}</span>
  return <img ref={show} className="file-image" alt={name} />
}
