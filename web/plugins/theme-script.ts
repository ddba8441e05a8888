import type { Plugin } from 'vite';

// Runs before the first paint, as a file of its own because the content policy forbids inline scripts.
const kSource = `try{var t=localStorage.getItem('weir.theme');if(t==='light'||t==='dark')document.documentElement.dataset.theme=t}catch(e){}
`;

/** Emits the script that sets the chosen theme and names it in the head of the page. */
export function themeScript(): Plugin {
  let reference = '';
  return {
    name: 'weir-theme-script',
    apply: 'build',
    buildStart() {
      reference = this.emitFile({ type: 'asset', name: 'theme.js', source: kSource });
    },
    transformIndexHtml: {
      order: 'post',
      handler(_html, context) {
        const file = Object.values(context.bundle ?? {}).find(
          (part) => part.type === 'asset' && part.names.includes('theme.js'),
        );
        if (!file) throw new Error(`the theme script is not in the bundle (reference ${reference})`);
        return [{ tag: 'script', attrs: { src: `/${file.fileName}` }, injectTo: 'head-prepend' }];
      },
    },
  };
}
