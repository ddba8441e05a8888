import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { startBrowser, startServer, type Stage } from './stage.mjs';

const kAxe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export interface Look {
  lang?: 'en' | 'ru';
  theme?: 'light' | 'dark';
  width?: number;
}

/** One server, one browser, and as many visitors as a test wants. */
export class Visit {
  readonly complaints: string[] = [];

  private constructor(
    readonly stage: Stage,
    private readonly browser: Browser,
  ) {}

  static async begin(options: { empty?: boolean; company?: string[] } = {}): Promise<Visit> {
    const [stage, browser] = await Promise.all([startServer(options), startBrowser()]);
    return new Visit(stage, browser);
  }

  async end(): Promise<void> {
    await this.browser.close();
    await this.stage.stop();
  }

  /** A page of a new visitor; what the console complains of is kept, a broken content policy among it. */
  page(path: string, look: Look = {}): Promise<Page> {
    return this.open(this.stage.url + path, look);
  }

  /** The same for any address; `asked` takes down what the page asks for. */
  async open(
    address: string,
    { lang = 'en', theme = 'light', width = 1440 }: Look = {},
    asked: string[] = [],
  ): Promise<Page> {
    const context: BrowserContext = await this.browser.newContext({
      viewport: { width, height: 900 },
      locale: lang === 'ru' ? 'ru-RU' : 'en-GB',
      colorScheme: theme,
      acceptDownloads: true,
      reducedMotion: 'reduce',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    closeWithTest(context);
    const page = await context.newPage();
    // What never comes is told after this long; a machine with much else to do keeps it too.
    page.setDefaultTimeout(60_000);
    page.on('pageerror', (error) => this.complaints.push(`${page.url()}: ${error.message}`));
    page.on('console', (message) => {
      // The browser itself writes a line for each refused request; those are answers, not faults.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
        this.complaints.push(`${page.url()}: ${message.text()}`);
      }
    });
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(address);
    await page.locator('main h1').first().waitFor();
    return page;
  }
}

/**
 * Pages that stay open hear of each change and ask for everything anew: by the end of a file the others hardly move.
 * What is opened before all tests is there for all of them.
 */
function closeWithTest(context: BrowserContext): void {
  try {
    onTestFinished(() => context.close());
  } catch {
    // No test runs.
  }
}

/** Waits until nothing on the page is still loading, nor begins to within a moment: an action is told of afterwards. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(() => delete document.documentElement.dataset.quietSince);
  await page.waitForFunction(() => {
    const { dataset } = document.documentElement;
    if (document.querySelector('.skeleton, [aria-busy="true"]')) delete dataset.quietSince;
    else dataset.quietSince ??= String(performance.now());
    return performance.now() - Number(dataset.quietSince) > 200;
  });
}

// What is being asked anew is faded meanwhile, and news of a change may come at any moment.
const kMostLooks = 4;

/**
 * What axe finds wrong, each as one line. What is faded while it waits for an answer, or arrives, is looked at again
 * once it stands: a fault stays, so only what stays is told.
 */
export async function axe(page: Page): Promise<string[]> {
  let found = await lookedAt(page);
  for (let look = 1; found.length > 0 && look < kMostLooks; ++look) {
    await page.waitForTimeout(500);
    found = await lookedAt(page);
  }
  return found;
}

async function lookedAt(page: Page): Promise<string[]> {
  await settled(page);
  await page.evaluate(async () => {
    const ends = document
      .getAnimations()
      .filter((animation) => animation.effect?.getComputedTiming().iterations !== Infinity);
    await Promise.allSettled(ends.map((animation) => animation.finished));
  });
  // Evaluated by the debugger, so the content policy stays as it is.
  await page.evaluate(kAxe);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    const found = await axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return found.violations.flatMap((rule) =>
      rule.nodes.map(
        (node) =>
          `${rule.id}: ${node.target.join(' ')}: ${node.failureSummary?.split('\n')[1]?.trim() ?? rule.help}`,
      ),
    );
  });
}
