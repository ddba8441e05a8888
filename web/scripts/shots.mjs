// Pictures of every page: `npm run shots -- FOLDER [--mock] [--only pulse,sources] [--lang ru] [--theme dark] [--width 1440]`.
// Both languages, light and dark, narrow and wide, with a company and with none.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startBrowser, startServer } from '../e2e/stage.mjs';

const args = process.argv.slice(2);
const option = (name, fallback) =>
  args.includes(`--${name}`) ? args[args.indexOf(`--${name}`) + 1] : fallback;
const folder =
  args.find((one, at) => !one.startsWith('--') && !args[at - 1]?.match(/^--(only|lang|theme|width)$/)) ??
  'shots';
const kPages = {
  pulse: '/',
  questions: '/questions',
  'question-why': '/questions/why',
  'question-lose': '/questions/lose',
  'question-help': '/questions/help',
  'question-quarter': '/questions/quarter',
  pipeline: '/pipeline',
  'pipeline-deals': '/pipeline/deals',
  'pipeline-coverage': '/pipeline/coverage',
  'pipeline-velocity': '/pipeline/velocity',
  'pipeline-pacing': '/pipeline/pacing',
  forecast: '/forecast',
  'forecast-call': '/forecast/call',
  'forecast-accuracy': '/forecast/accuracy',
  'forecast-scenario': '/forecast/scenario?win_rate=10',
  'forecast-plan': '/forecast/plan',
  leaks: '/leaks',
  'leaks-stuck': '/leaks?rule=stuck_deal&sort=since',
  metrics: '/catalog',
  'not-counted': '/catalog?tab=not_counted',
  metric: '/catalog/won_amount?grain=month&by=team&period=last_12_months',
  'metric-custom': '/catalog/won_amount?by=ext.salesforce.opportunity.push_count',
  'metric-table': '/catalog/win_rate?grain=quarter&by=segment&period=last_12_months&view=table',
  'metric-compare': '/catalog/invoiced_amount?period=last_quarter&compare=with:won_amount',
  'metric-compare-stock': '/catalog/pipeline_amount?period=last_quarter&compare=previous',
  customers: '/customers',
  people: '/customers/people',
  account: '@account',
  person: '@person',
  deal: '@deal',
  sources: '/sources',
  imports: '/sources?tab=imports',
  rejects: '/sources?tab=rejects',
  stages: '/sources?tab=stages',
  data: '/sources?tab=data&object=deal',
  explore: '/explore',
  'explore-chart':
    '/explore?q=SELECT+CAST(date_trunc(%27month%27%2C+close_date)+AS+DATE)+AS+month%2C+segment%2C+sum(amount_reporting)+AS+won%0AFROM+deal%0AWHERE+status+%3D+%27won%27%0AGROUP+BY+month%2C+segment%0AORDER+BY+month%2C+segment&chart=line:month:won:segment',
  'explore-points':
    '/explore?q=SELECT+a.name%2C+a.segment%2C+a.employees%2C+sum(d.amount_reporting)+AS+won%0AFROM+account+AS+a%0AJOIN+deal+AS+d+ON+d.account_id+%3D+a.account_id%0AWHERE+d.status+%3D+%27won%27+AND+a.employees+%3E+0%0AGROUP+BY+ALL%0AORDER+BY+won+DESC&chart=scatter:employees:won:segment',
  'explore-fault': '/explore?q=SELECT+naem%2C+amount%0AFROM+deal',
  analyses: '/analyses',
  analysis: '/analyses/history',
  'analysis-form': '/analyses/metrics?metrics=deals_won&by=team',
  action: '/analyses/settings/set',
  setup: '/setup',
  settings: '/settings',
  audit: '/settings?tab=audit',
  members: '/settings?tab=people',
};
const only = option('only', '').split(',').filter(Boolean);
const langs = option('lang', 'en,ru').split(',');
const themes = option('theme', 'light,dark').split(',');
const widths = option('width', '390,1440').split(',').map(Number);

// The record that has most to show: the first of its list.
async function placeOf(url, path) {
  if (!path.startsWith('@')) return path;
  const kind = path.slice(1);
  const list = { account: 'customers', person: 'customers.people', deal: 'customers.deals' }[kind];
  const answer = await (await fetch(`${url}/api/v1/${list}?limit=1`)).json();
  const [table] = Object.values(answer.tables);
  const id = table.rows[0][table.columns.findIndex((column) => column.name === `${kind}_id`)];
  return `/customers/${kind}/${encodeURIComponent(id)}`;
}

mkdirSync(folder, { recursive: true });
const browser = await startBrowser();
for (const state of args.includes('--full-only') ? ['full'] : ['full', 'empty']) {
  const server = await startServer({ empty: state === 'empty', mock: args.includes('--mock') });
  for (const lang of langs)
    for (const theme of themes)
      for (const width of widths) {
        const context = await browser.newContext({
          viewport: { width, height: width < 800 ? 844 : 900 },
          locale: lang === 'ru' ? 'ru-RU' : 'en-GB',
          colorScheme: theme,
        });
        const page = await context.newPage();
        page.on(
          'console',
          (message) => message.type() === 'error' && console.log(`${lang} ${page.url()}: ${message.text()}`),
        );
        page.on('pageerror', (error) => console.log(`${lang} ${page.url()}: ${error}`));
        for (const [name, path] of Object.entries(kPages)) {
          if (
            only.length
              ? !only.includes(name)
              : state === 'empty' && !['pulse', 'metrics', 'sources', 'metric', 'analysis'].includes(name)
          )
            continue;
          await page.goto(server.url + (await placeOf(server.url, path)));
          await page.locator('main h1').waitFor();
          await page.waitForLoadState('load');
          await page
            .waitForFunction(() => !document.querySelector('.skeleton'), undefined, { timeout: 15_000 })
            .catch(() => console.log(`${name}: still loading`));
          await page.waitForTimeout(Number(option('wait', 250)));
          await page.screenshot({
            path: join(folder, `${name}-${state}-${lang}-${theme}-${width}.png`),
            fullPage: true,
          });
        }
        await context.close();
      }
  await server.stop();
}
await browser.close();
