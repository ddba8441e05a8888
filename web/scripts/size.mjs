// Measures what a browser loads before Pulse is shown, in gzip: the page, its scripts and its styles. Fails above the
// limit. Fonts come after the first paint (`font-display: swap`) and are printed beside it; charts are a lazy chunk.
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const kLimit = 100 * 1024;
const kFirstPage = 'src/pulse/PulsePage.svelte';

const { output } = await build({
  root: fileURLToPath(new URL('..', import.meta.url)),
  logLevel: 'error',
  build: { write: false },
});
const files = new Map(output.map((part) => [part.fileName, part]));
const wanted = new Set(['index.html']);

function add(name) {
  const part = files.get(name);
  if (!part || wanted.has(name)) return;
  wanted.add(name);
  if (part.type !== 'chunk') return;
  part.imports.forEach(add);
  part.viteMetadata?.importedCss.forEach(add);
}

for (const part of output) {
  if (part.type === 'asset' && part.names.includes('theme.js')) add(part.fileName);
  if (part.type === 'chunk' && (part.isEntry || part.facadeModuleId?.endsWith(kFirstPage)))
    add(part.fileName);
}

const gzip = (name) => {
  const part = files.get(name);
  return gzipSync(part.type === 'chunk' ? part.code : part.source, { level: 9 }).length;
};
const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`.padStart(9);
const kinds = { html: 0, js: 0, css: 0 };
for (const name of wanted) kinds[name.split('.').pop()] += gzip(name);
const total = Object.values(kinds).reduce((sum, bytes) => sum + bytes, 0);
const fonts = output.filter((part) => part.fileName.endsWith('.woff2'));

console.log(`first load, gzip, ${wanted.size} files`);
for (const [kind, bytes] of Object.entries(kinds)) console.log(`  ${kind.padEnd(5)}${kilobytes(bytes)}`);
console.log(`  total${kilobytes(total)}  of ${kilobytes(kLimit).trim()}`);
console.log('after the first paint');
for (const font of fonts)
  console.log(`  ${font.fileName.split('/').pop()} ${kilobytes(font.source.length).trim()}`);
if (process.argv.includes('--files'))
  for (const name of [...wanted].sort((a, b) => gzip(b) - gzip(a)))
    console.log(`  ${kilobytes(gzip(name))}  ${name}`);
if (total > kLimit) {
  console.error('the first load is over its limit');
  process.exit(1);
}
