/* oxlint-disable react-hooks/rules-of-hooks -- This is Vue. */
import { useData } from 'vitepress'
import { defineComponent, h, onMounted, ref, useId, watch } from 'vue'

/** A diagram of Mermaid, which only the pages that have one load: it is larger than all else. */
export const Diagram = defineComponent({
  props: { source: { type: String, required: true } },
  setup({ source }) {
    const { isDark } = useData()
    const id = useId()
    const svg = ref('')

    async function draw(): Promise<void> {
      const { default: mermaid } = await import('mermaid')
      mermaid.initialize({ startOnLoad: false, theme: isDark.value ? 'dark' : 'default' })
      svg.value = (await mermaid.render(id, decodeURIComponent(source))).svg
    }

    onMounted(() => watch(isDark, draw, { immediate: true }))
    return () => h('div', { class: 'mermaid', innerHTML: svg.value })
  },
})
