import type { Browser } from 'playwright-core';

export interface Stage {
  url: string;
  kind: 'weir' | 'mock';
  /** The first of the simulated exports, where the real program runs. */
  folder: string | null;
  stop: () => Promise<void>;
}

export const kProgram: string;
export function startServer(options?: { empty?: boolean; mock?: boolean }): Promise<Stage>;
export function startBrowser(): Promise<Browser>;
