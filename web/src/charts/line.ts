export interface Scale {
  min: number;
  max: number;
  ticks: number[];
}

export interface Box {
  width: number;
  height: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Round ticks that hold all values; zero is always inside, so that heights can be compared. */
export function niceScale(values: readonly (number | null)[], wanted = 4): Scale {
  const known = values.filter((value): value is number => value !== null && Number.isFinite(value));
  const low = Math.min(0, ...known);
  const high = Math.max(0, ...known);
  if (low === high) return { min: 0, max: 1, ticks: [0, 1] };
  const step = niceStep((high - low) / wanted);
  const min = Math.floor(low / step) * step;
  const max = Math.ceil(high / step) * step;
  const count = Math.round((max - min) / step);
  return {
    min,
    max,
    ticks: Array.from({ length: count + 1 }, (_, at) => Number((min + at * step).toPrecision(12))),
  };
}

/** 1, 2, 2.5 or 5 times a power of ten, the first that is not below. */
export function niceStep(raw: number): number {
  const power = 10 ** Math.floor(Math.log10(raw));
  const head = raw / power;
  const nice = head <= 1 ? 1 : head <= 2 ? 2 : head <= 2.5 ? 2.5 : head <= 5 ? 5 : 10;
  return nice * power;
}

export function xAt(index: number, count: number, box: Box): number {
  const inner = box.width - box.left - box.right;
  return box.left + (count > 1 ? (index / (count - 1)) * inner : inner / 2);
}

export function yAt(value: number, scale: Scale, box: Box): number {
  const inner = box.height - box.top - box.bottom;
  return box.top + inner * (1 - (value - scale.min) / (scale.max - scale.min));
}

/** The path of a line; a missing value is a gap. */
export function linePath(
  values: readonly (number | null)[],
  x: (at: number) => number,
  y: (value: number) => number,
): string {
  let path = '';
  let isPenUp = true;
  values.forEach((value, at) => {
    if (value === null) {
      isPenUp = true;
      return;
    }
    path += `${isPenUp ? 'M' : 'L'}${round(x(at))} ${round(y(value))}`;
    isPenUp = false;
  });
  return path;
}

export function areaPath(
  values: readonly (number | null)[],
  x: (at: number) => number,
  y: (value: number) => number,
  base: number,
): string {
  if (!values.length || values.some((value) => value === null)) return '';
  return `${linePath(values, x, y)}L${round(x(values.length - 1))} ${round(base)}L${round(x(0))} ${round(base)}Z`;
}

/** Which of `count` labels to write so that at most `room` stand in a row, the first among them. */
export function labelStride(count: number, room: number): number {
  return Math.max(1, Math.ceil(count / Math.max(1, room)));
}

/** Moves heights apart to at least `gap`, as little as possible downwards, and keeps them between `top` and `bottom`. */
export function spread(heights: readonly number[], gap: number, top: number, bottom: number): number[] {
  const order = heights.map((_, at) => at).sort((a, b) => heights[a]! - heights[b]! || a - b);
  const placed = [...heights];
  let least = top;
  for (const at of order) {
    placed[at] = Math.max(least, heights[at]!);
    least = placed[at]! + gap;
  }
  let most = bottom;
  for (const at of order.reverse()) {
    placed[at] = Math.min(most, placed[at]!);
    most = placed[at]! - gap;
  }
  return placed;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
