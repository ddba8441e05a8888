export interface Findable {
  title: string;
  /** Other words that find it: its id, its title in the other language. */
  also: string[];
  kind: 'page' | 'metric' | 'analysis' | 'action' | 'record';
  path: string;
  /** What else tells it from others, and how its kind is called, where the server found it. */
  subtitle?: string;
  kindName?: string;
  key?: string;
}

/** Things whose name begins with the words first, then those that hold them; each word must be found. */
export function find(items: readonly Findable[], text: string, limit = 12): Findable[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return items.slice(0, limit);
  const scored = items.flatMap((item, at) => {
    const score = scoreOf(item, words);
    return score === null ? [] : [{ item, score, at }];
  });
  scored.sort((a, b) => a.score - b.score || a.at - b.at);
  return scored.slice(0, limit).map((one) => one.item);
}

function scoreOf(item: Findable, words: string[]): number | null {
  const title = item.title.toLowerCase();
  const rest = item.also.join(' ').toLowerCase();
  let score = 0;
  for (const word of words) {
    if (title.startsWith(word)) score += 0;
    else if (title.includes(` ${word}`)) score += 1;
    else if (title.includes(word)) score += 2;
    else if (rest.includes(word)) score += 3;
    else return null;
  }
  return score;
}
