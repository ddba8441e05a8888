import type { Browser } from 'playwright-core';

export interface Stage {
  url: string;
  kind: 'weir' | 'mock';
  /** The first of the simulated exports, where the real program runs. */
  folder: string | null;
  /** Runs a command of the program on the same workspace; of the real program only. */
  command: (args: string[], input?: string) => { status: number | null; stdout: string; stderr: string };
  stop: () => Promise<void>;
}

export const kProgram: string;
export function startServer(options?: {
  empty?: boolean;
  mock?: boolean;
  company?: string[];
}): Promise<Stage>;
export function startBrowser(): Promise<Browser>;
