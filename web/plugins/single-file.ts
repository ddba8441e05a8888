import type { Plugin } from 'vite';

/** Puts the one script and the one style of the bundle into the page, and leaves nothing else. */
export function singleFile(): Plugin {
  return {
    name: 'weir-single-file',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const page = Object.values(bundle).find((part) => part.fileName.endsWith('.html'));
      if (page?.type !== 'asset') throw new Error('there is no page in the bundle');
      let html = String(page.source);
      for (const part of Object.values(bundle)) {
        if (part === page) continue;
        if (part.type === 'chunk') {
          const tag = new RegExp(`<script[^>]*src="[^"]*${escaped(part.fileName)}"[^>]*></script>`);
          if (!tag.test(html)) throw new Error(`${part.fileName} is not named in the page`);
          // A module in the head runs after the page is read, as it would from a file. There are no chunks to preload.
          const code = part.code
            .replaceAll('__VITE_PRELOAD__', 'undefined')
            .replaceAll('</script', '<\\/script');
          html = html.replace(tag, () => `<script type="module">${code}</script>`);
        } else if (part.fileName.endsWith('.css')) {
          const tag = new RegExp(`<link[^>]*href="[^"]*${escaped(part.fileName)}"[^>]*>`);
          html = html.replace(
            tag,
            () => `<style>${String(part.source).replaceAll('</style', '<\\/style')}</style>`,
          );
        } else {
          throw new Error(`${part.fileName} would stand beside the page`);
        }
        delete bundle[part.fileName];
      }
      page.source = html;
    },
  };
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
