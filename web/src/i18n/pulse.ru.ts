import type { Compared } from '../pulse/pulse';
import { Formatter } from './format';
import type { pulseEn } from './pulse.en';

const f = new Formatter('ru');

const rows = { one: 'строка', few: 'строки', many: 'строк', other: 'строки' };

const spans = {
  month: { of: 'месяца', to: 'месяцу', in: 'месяце' },
  quarter: { of: 'квартала', to: 'кварталу', in: 'квартале' },
  year: { of: 'года', to: 'году', in: 'году' },
};

/** С чем сравнивают период: «к …» и «когда». */
function toBefore({ partOf, isToDate, isCurrent, days }: Compared): string {
  if (partOf === 'days') {
    return days === 1
      ? 'к предыдущему дню'
      : `к предыдущим ${f.integer(days)} ${f.plural(days, { one: 'дню', other: 'дням' })}`;
  }
  const span = spans[partOf];
  if (isToDate) return isCurrent ? `к этому дню прошлого ${span.of}` : `к тому же дню предыдущего ${span.of}`;
  return isCurrent ? `к прошлому ${span.to}` : `к предыдущему ${span.to}`;
}
function atBefore(period: Compared): string {
  const { partOf, isToDate, isCurrent, days } = period;
  if (partOf === 'days') {
    return days === 1
      ? 'днём раньше'
      : `за предыдущие ${f.integer(days)} ${f.plural(days, { one: 'день', few: 'дня', many: 'дней', other: 'дня' })}`;
  }
  if (isToDate) return toBefore(period);
  return `в ${isCurrent ? 'прошлом' : 'предыдущем'} ${spans[partOf].in}`;
}
const kNow = { month: 'этот месяц', quarter: 'этот квартал', year: 'этот год' };
const kLast = { month: 'прошлый месяц', quarter: 'прошлый квартал', year: 'прошлый год' };
function now({ partOf, isCurrent }: Compared): string {
  return isCurrent && partOf !== 'days' ? kNow[partOf] : 'этот период';
}
function last({ partOf, isCurrent }: Compared): string {
  return isCurrent && partOf !== 'days' ? kLast[partOf] : 'предыдущий';
}

export const pulseRu: typeof pulseEn = {
  title: 'Пульс',
  headline: 'Пять главных чисел',
  against: (period) => toBefore(period),
  unknown: 'в данных этого пока нет',
  few: (count) => `всего по ${f.integer(count)} ${f.plural(count, { one: 'записи', other: 'записям' })}`,
  noValue: 'за этот период значения нет',
  unknownSteps: (names) => `В данных пока нет: ${names}.`,
  noPrevious: (period) => `${atBefore(period)} значения нет`,
  unchanged: (period) => `столько же, сколько ${atBefore(period)}`,
  wasZero: (period) => `${atBefore(period)} был 0`,
  was: (value) => `было ${value}`,
  better: 'лучше',
  worse: 'хуже',
  trendFor: (metric) => `Показать динамику: ${metric}`,
  rowsBehind: (metric) => `Строки за числом: ${metric}`,
  funnel: 'От лида до денег',
  funnelHelp:
    'Столбцы: сколько вошло в каждый шаг за период. Между ними: какая доля этих же записей уже прошла дальше и за какое медианное время.',
  steps: {
    leads: 'Лиды',
    qualified: 'Квалифицированы',
    opportunities: 'Сделки',
    won: 'Выиграны',
    paid: 'Оплачены',
  },
  wentOn: (share, time) => `дальше прошли ${share}, медиана ${time}`,
  showRows: 'Показать строки',
  trend: (metric, period) => `${metric}: ${now(period)} и ${last(period)}`,
  trendHelp: (line, dashes) => `На каждую дату. Линия: ${line}. Пунктир: ${dashes}.`,
  now,
  before: last,
  freshness: 'Источники',
  freshnessHelp: (sources, count, aside) =>
    `${f.integer(sources)} ${f.plural(sources, { one: 'источник', few: 'источника', many: 'источников', other: 'источника' })}, ${f.integer(count)} ${f.plural(count, { one: 'запись', few: 'записи', many: 'записей', other: 'записи' })}, отложено ${f.integer(aside)} ${f.plural(aside, rows)}`,
  setAside: (count) => `отложено ${f.integer(count)}`,
  newest: 'последняя запись',
  leaks: 'Где сейчас утекают деньги',
  leaksHelp: 'Потеряно или ожидается. Запись, найденная двумя правилами, учтена один раз.',
  allLeaks: (more) =>
    more
      ? `Ещё ${f.integer(more)} ${f.plural(more, { one: 'вид', few: 'вида', many: 'видов', other: 'вида' })} и каждая утечка`
      : 'Каждая утечка и что с ней делать',
  leakCount: (count) =>
    `${f.integer(count)} ${f.plural(count, { one: 'случай', few: 'случая', many: 'случаев', other: 'случая' })}`,
  oldest: (days) =>
    `самому старому ${f.integer(days)} ${f.plural(days, { one: 'день', few: 'дня', many: 'дней', other: 'дня' })}`,
  certainty: { certain: 'точно', probable: 'ожидается' },
  noAmount: 'для суммы мало случаев',
  noLeaks: 'Ни одно правило ничего не находит.',
  noneOf: (names) => `Не найдено: ${names}.`,
  notMeasured: (count) => `Не измеряется: ${f.integer(count)}`,
  ofPlan: (share, plan) => `${share} плана в ${plan}`,
  planBar: (share, days) => `${share} плана, дней прошло ${days}`,
  notes: 'Стоит знать',
  noTrend: 'Период слишком короткий для динамики: нужны хотя бы две точки.',
  noFunnel: 'За этот период в воронку никто не вошёл.',
  nothing: 'По этому выбору ничего не найдено',
};
