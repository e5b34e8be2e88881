// Files that are dragged over a part of the page, and dropped there.
import { useState } from 'react'
import type { DragEvent } from 'react'

const holdsFiles = ({ dataTransfer }: DragEvent) => dataTransfer.types.includes('Files')

export function useDrop(onFiles: (files: FileList) => void) {
  const [over, setOver] = useState(false)
  return {
    over,
    handlers: {
      onDragOver(event: DragEvent) {
        if (!holdsFiles(event)) return
        // Without this a browser shows the file instead of the page.
        event.preventDefault()
        setOver(true)
      },
      onDragLeave(event: DragEvent) {
        const inside = event.currentTarget.contains(event.relatedTarget as Node | null)
        if (!inside) setOver(false)
      },
      onDrop(event: DragEvent) {
        if (!holdsFiles(event)) return
        event.preventDefault()
        setOver(false)
        onFiles(event.dataTransfer.files)
      },
    },
  }
}
