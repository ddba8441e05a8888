// A made-up company for the mock server: the same on every run.
let seed = 7;
const random = () => {
  seed = (seed * 1664525 + 1013904223) >>> 0;
  return seed / 4294967296;
};
const pick = (list) => list[Math.floor(random() * list.length)];
const day = (at) => new Date(at).toISOString().slice(0, 10);

export const kAsOf = '2026-11-23T09:40:00Z';
export const kFirst = '2024-10-01T08:00:00Z';
export const kTeams = ['North', 'South', 'Enterprise', 'Partners', 'Inside sales'].map((name, at) => ({
  id: `team-${at + 1}`,
  name,
}));
export const kSegments = ['Enterprise', 'Mid-market', 'Small business'];
const kSources = ['Organic search', 'Paid search', 'Trade fair', 'Referral', 'Outbound', 'Partner'];
const kCountries = ['DE', 'FR', 'NL', 'PL', 'ES', 'SE'];
const kCompanies = [
  'Alder',
  'Brook',
  'Cedar',
  'Dune',
  'Ember',
  'Fjord',
  'Grove',
  'Harbour',
  'Inlet',
  'Juniper',
  'Kestrel',
  'Larch',
];
const kForms = ['Works', 'Logistics', 'Systems', 'Foods', 'Energy', 'Retail', 'Labs', 'Media'];
const kStart = Date.parse(kFirst);
const kEnd = Date.parse(kAsOf);
const kDay = 86_400_000;

export const leads = [];
export const deals = [];

for (let at = 0; at < 6310; at += 1) {
  const created = kStart + Math.pow(random(), 0.8) * (kEnd - kStart);
  const lead = {
    id: `lead-${String(at + 1).padStart(5, '0')}`,
    name: `${pick(kCompanies)} ${pick(kForms)}`,
    created: day(created),
    team: pick(kTeams).name,
    segment: kSegments[Math.floor(Math.pow(random(), 1.5) * 3)],
    source: pick(kSources),
    country: pick(kCountries),
    response_hours: Math.round(-Math.log(1 - random()) * 190) / 10,
    qualified: random() < 0.3,
  };
  leads.push(lead);
  if (!lead.qualified || random() > 0.62) continue;
  const opened = created + (1 + random() * 12) * kDay;
  if (opened > kEnd) continue;
  const cycle = (12 + -Math.log(1 - random()) * 34) * kDay;
  const closed = opened + cycle;
  const isWon = random() < 0.27;
  deals.push({
    id: `deal-${String(deals.length + 1).padStart(5, '0')}`,
    name: lead.name,
    lead: lead.id,
    created: day(opened),
    closed: closed < kEnd ? day(closed) : null,
    state: closed > kEnd ? 'open' : isWon ? 'won' : 'lost',
    paid: closed < kEnd - 30 * kDay && isWon && random() < 0.92,
    amount: Math.round((900 + Math.pow(random(), 3) * 82_000) * 100) / 100,
    cycle_days: Math.round(cycle / kDay),
    team: lead.team,
    segment: lead.segment,
    source: lead.source,
    country: lead.country,
    line: 2 + deals.length,
  });
}

const closedIn = (state) => (d, from, to) => d.state === state && d.closed >= from && d.closed <= to;
const sum = (rows) => Math.round(rows.reduce((total, d) => total + d.amount * 100, 0)) / 100;
const median = (values) => {
  if (!values.length) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
};

// id -> how rows are chosen, and what is made of them. `date` is the column that places a row in a period.
export const kMetrics = {
  won_amount: { rows: closedIn('won'), of: deals, date: 'closed', value: (rows) => sum(rows), type: 'money' },
  deals_won: {
    rows: closedIn('won'),
    of: deals,
    date: 'closed',
    value: (rows) => rows.length,
    type: 'integer',
  },
  deals_lost: {
    rows: closedIn('lost'),
    of: deals,
    date: 'closed',
    value: (rows) => rows.length,
    type: 'integer',
  },
  win_rate: {
    rows: (d, from, to) => d.closed && d.closed >= from && d.closed <= to,
    of: deals,
    date: 'closed',
    value: (rows) => (rows.length ? rows.filter((d) => d.state === 'won').length / rows.length : null),
    type: 'share',
  },
  average_deal_amount: {
    rows: closedIn('won'),
    of: deals,
    date: 'closed',
    value: (rows) => (rows.length ? Math.round((sum(rows) / rows.length) * 100) / 100 : null),
    type: 'money',
  },
  sales_cycle_median_days: {
    rows: closedIn('won'),
    of: deals,
    date: 'closed',
    value: (rows) => median(rows.map((d) => d.cycle_days)),
    type: 'number',
    unit: 'days',
  },
  leads: {
    rows: (d, from, to) => d.created >= from && d.created <= to,
    of: leads,
    date: 'created',
    value: (rows) => rows.length,
    type: 'integer',
  },
  lead_response_hours: {
    rows: (d, from, to) => d.created >= from && d.created <= to,
    of: leads,
    date: 'created',
    value: (rows) => median(rows.map((d) => d.response_hours)),
    type: 'number',
    unit: 'hours',
  },
  deals_open: {
    rows: (d, _from, to) => d.created <= to && (!d.closed || d.closed > to),
    of: deals,
    date: null,
    value: (rows) => rows.length,
    type: 'integer',
  },
  pipeline_amount: {
    rows: (d, _from, to) => d.created <= to && (!d.closed || d.closed > to),
    of: deals,
    date: null,
    value: (rows) => sum(rows),
    type: 'money',
  },
};

const title = (id, en, ru, department, formula, unit, rivals = []) => ({
  id,
  en,
  ru,
  department,
  formula,
  unit,
  rivals,
});
export const kDefinitions = [
  title(
    'won_amount',
    'Won amount',
    'Сумма выигранных сделок',
    'sales',
    'sum(amount) of won deals by close date',
    'money',
  ),
  title('deals_won', 'Deals won', 'Выиграно сделок', 'sales', 'count of won deals by close date', 'count'),
  title(
    'deals_lost',
    'Deals lost',
    'Проиграно сделок',
    'sales',
    'count of lost deals by close date',
    'count',
  ),
  title('win_rate', 'Win rate', 'Доля выигранных', 'sales', 'won / (won + lost)', 'share', [
    { name: 'Close rate', formula: 'won / all created' },
    { name: 'By amount', formula: 'won amount / (won amount + lost amount)' },
  ]),
  title('average_deal_amount', 'Average deal', 'Средняя сделка', 'sales', 'won_amount / deals_won', 'money'),
  title(
    'sales_cycle_median_days',
    'Sales cycle, median',
    'Цикл сделки, медиана',
    'sales',
    'median(close date - created) of won deals',
    'days',
    [{ name: 'Mean cycle', formula: 'avg(close date - created) of all closed deals' }],
  ),
  title('leads', 'Leads', 'Лиды', 'marketing', 'count of leads by creation', 'count'),
  title(
    'lead_response_hours',
    'Lead response, median',
    'Ответ на лид, медиана',
    'marketing',
    'median(first outgoing activity - created)',
    'hours',
  ),
  title('deals_open', 'Open deals', 'Открытые сделки', 'sales', 'count of open deals at as-of', 'count'),
  title(
    'pipeline_amount',
    'Pipeline',
    'Воронка, сумма',
    'sales',
    'sum(amount) of open deals at as-of',
    'money',
    [{ name: 'Weighted pipeline', formula: 'sum(amount x probability)' }],
  ),
];
export const kDimensionTitles = {
  team: { en: 'Team', ru: 'Команда' },
  segment: { en: 'Segment', ru: 'Сегмент' },
  source: { en: 'Source', ru: 'Источник' },
  country: { en: 'Country', ru: 'Страна' },
};
export const kDimensions = Object.keys(kDimensionTitles);
