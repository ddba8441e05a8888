// Cuts Inter down to what the page writes: Latin of western Europe, Cyrillic, figures of equal width, the weights in use.
// `npm run fonts` after a change here or of the font package; the results are kept in src/fonts.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import subsetFont from 'subset-font';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const kPackage = 'node_modules/@fontsource-variable/inter';
const span = (from, to) =>
  Array.from({ length: to - from + 1 }, (_, step) => String.fromCodePoint(from + step)).join('');
const kSets = {
  latin: `${span(0x20, 0x7e)}${span(0xa0, 0xff)}Œœ–—‘’“”•…€−←↑→↓`,
  'latin-ext': `${span(0x100, 0x17f)}ȘșȚțẞ₽₴₸„†‹›≈≤≥′″`,
  cyrillic: `ЁёЂђЃѓЄєІіЇїЎў№${span(0x410, 0x44f)}`,
};

for (const [name, letters] of Object.entries(kSets)) {
  const whole = readFileSync(at(`${kPackage}/files/inter-${name}-wght-normal.woff2`));
  const part = await subsetFont(whole, letters, {
    targetFormat: 'woff2',
    variationAxes: { wght: { min: 400, max: 660 } },
    keepFeatures: ['calt', 'ccmp', 'kern', 'liga', 'locl', 'mark', 'mkmk', 'tnum'],
  });
  writeFileSync(at(`src/fonts/inter-${name}.woff2`), part);
  console.log(`inter-${name}.woff2 ${part.length} bytes, of ${whole.length}`);
}
copyFileSync(at(`${kPackage}/LICENSE`), at('src/fonts/LICENSE'));
