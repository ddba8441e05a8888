export interface FunnelStep {
  step: string;
  count: number;
  shareOfPrevious: number | null;
  medianDays: number | null;
}

export interface FunnelBar {
  x: number;
  y: number;
  width: number;
  height: number;
  centre: number;
}

export interface FunnelShape {
  bars: FunnelBar[];
  /** One flow between each two bars. */
  flows: { path: string; x: number; y: number; height: number }[];
}

const kBarWidth = 28;
const kSmallest = 4;

/**
 * Bars and the flows between them. The height follows the square root of the count: a funnel spans orders of
 * magnitude, and a plain scale would leave nothing to see of its end.
 */
export function funnelShape(steps: readonly FunnelStep[], width: number, height: number): FunnelShape {
  const most = Math.max(1, ...steps.map((step) => step.count));
  const slot = steps.length > 1 ? (width - kBarWidth) / (steps.length - 1) : 0;
  const bars = steps.map((step, at): FunnelBar => {
    const tall = step.count > 0 ? Math.max(kSmallest, Math.sqrt(step.count / most) * height) : 1;
    const x = steps.length > 1 ? at * slot : (width - kBarWidth) / 2;
    return { x, y: (height - tall) / 2, width: kBarWidth, height: tall, centre: x + kBarWidth / 2 };
  });
  return { bars, flows: bars.slice(1).map((bar, at) => flow(bars[at]!, bar)) };
}

function flow(from: FunnelBar, to: FunnelBar): FunnelShape['flows'][number] {
  const x1 = from.x + from.width;
  const x2 = to.x;
  const middle = (x1 + x2) / 2;
  const path = [
    `M${x1} ${from.y}`,
    `C${middle} ${from.y} ${middle} ${to.y} ${x2} ${to.y}`,
    `L${x2} ${to.y + to.height}`,
    `C${middle} ${to.y + to.height} ${middle} ${from.y + from.height} ${x1} ${from.y + from.height}`,
    'Z',
  ].join('');
  const tall = (from.height + to.height) / 2;
  return { path, x: middle, y: (from.y + to.y) / 2 + tall / 2, height: tall };
}
