import type { besideEn } from './beside.en';
import { Formatter } from './format';

const f = new Formatter('ru');
const of = (count: number, one: string, few: string, many: string): string =>
  `${f.integer(count)} ${f.plural(count, { one, few, many, other: few })}`;
const days = (count: number): string => of(count, 'день', 'дня', 'дней');

export const besideRu: typeof besideEn = {
  effects: {
    title: 'Побочные эффекты исправлений',
    help: 'Не стало ли после исправлений хуже рядом? Каждый шаг сравнивается с таким же сроком до них. Периоды различаются не только исправлением: это повод посмотреть, а не доказательство.',
    show: 'Сравнить до и после',
    none: 'Пока ни одна утечка не отмечена как устранённая.',
    after: (rule, fixed, since) => `${rule}: с ${since} устранено ${of(fixed, 'утечка', 'утечки', 'утечек')}`,
    spans: (count) => `по ${f.integer(count)} дн. до и после`,
    verdicts: { worse: 'хуже', better: 'лучше', unknown: 'сказать нельзя' },
    own: 'само правило',
    range: (low, high) => `изменение, 80 %: от ${low} до ${high}`,
    cases: (before, after) => `случаев: ${f.integer(before)} и ${f.integer(after)}`,
    untold: (count) => `Сказать нельзя: ${f.integer(count)}`,
    chance: (count) =>
      `Из ${f.integer(count)} сравнений около ${f.integer(Math.round(count / 10))} показали бы «хуже» случайно.`,
    rows: 'Показать случаи после исправлений',
    inMonth: 'за 30 дней',
  },
  unowned: {
    title: 'Без ответственного: перешло выше',
    help: (count) =>
      `Если ${days(count)} нет ответственного, отвечает руководитель, ещё через столько же — следующий над ним.`,
    none: (count) => `Нет ничего, что ${days(count)} или дольше было бы без ответственного.`,
    leaks: (count) => of(count, 'утечка', 'утечки', 'утечек'),
    processes: (count) => of(count, 'процесс', 'процесса', 'процессов'),
    departments: (count) => `показатели ${of(count, 'отдела', 'отделов', 'отделов')}`,
    nobody: 'Ни к кому: кто выше, неизвестно',
    toPeople: 'Указать руководителей',
    since: (day) => `дольше всего с ${day}`,
    waiting: (count) =>
      `Ещё ${of(count, 'утечка', 'утечки', 'утечек')} без ответственного; срок пока не вышел.`,
    others: (count) => `Процессы и показатели: ${f.integer(count)}`,
    metrics: 'Показатели',
    noPeople: 'Кто в каком отделе работает, неизвестно, поэтому перейти выше ничего не может.',
    went: (who, at) => `перешло к: ${who}${at ? `, ${at}` : ''}`,
    why: {
      no_owner: 'нет ответственного',
      owner_left: 'ответственный ушёл',
      department_empty: 'в отделе никого не видно',
    },
  },
};
