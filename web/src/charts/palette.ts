// Told apart by people who see colours differently; the first is the accent.
const kLight = ['#1f6f8b', '#d1803a', '#2fa4a0', '#7a5ea8', '#b8860b', '#c0504d', '#5a8f3c', '#6b7785'];
const kDark = ['#5bb6d0', '#e8a063', '#4cc9b8', '#a98fd6', '#e0b04c', '#f0776e', '#8cc36a', '#9aa7b6'];

export const kMostSeries = kLight.length;

/** A colour for each name: the same name has the same colour wherever it is shown, unless two names would share one. */
export function coloursOf(names: readonly string[], isDark: boolean): string[] {
  const palette = isDark ? kDark : kLight;
  if (names.length === 1) return [palette[0]!];
  const taken = new Set<number>();
  const order = names.map((name, at) => ({ name, at })).sort((a, b) => (a.name < b.name ? -1 : 1));
  const colours: string[] = [];
  for (const { name, at } of order) {
    let slot = hash(name) % palette.length;
    for (let tries = 0; taken.has(slot) && tries < palette.length; tries += 1)
      slot = (slot + 1) % palette.length;
    taken.add(slot);
    colours[at] = palette[slot]!;
  }
  return colours;
}

function hash(name: string): number {
  let value = 2166136261;
  for (const letter of name) value = Math.imul(value ^ letter.codePointAt(0)!, 16777619) >>> 0;
  return value;
}
