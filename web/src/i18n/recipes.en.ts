import { Formatter } from './format';

const f = new Formatter('en');
const records = (count: number): string =>
  `${f.integer(count)} ${f.plural(count, { one: 'record', other: 'records' })}`;

// Cleaning recipes.
export const recipesEn = {
  recipes: {
    title: 'Cleaning recipes',
    help: 'Applied at each import; what the sources said stays as it is.',
    none: 'No recipe yet. Make one, or take a fix that people repeat.',
    add: 'New recipe',
    change: 'Change',
    changeOf: (name: string) => `Change “${name}”`,
    remove: 'Remove',
    removeOf: (name: string) => `Remove “${name}”`,
    undoOf: (name: string) => `Undo the last change of “${name}”`,
    removed: (name: string) => `“${name}” was removed`,
    saved: (name: string) => `“${name}” is saved`,
    off: 'switched off',
    switchOff: 'Switch off',
    switchOn: 'Switch on',
    cleaned: (values: number, count: number) =>
      `${f.integer(values)} ${f.plural(values, { one: 'value', other: 'values' })} of ${records(count)} cleaned`,
    saves: (minutes: string) => `${minutes} min saved`,
    proposals: 'Fixes that people repeat',
    proposalsHelp: 'The same value replaced by the same other one, by hand.',
    fixed: (count: number) => `made on ${records(count)}`,
    spent: (minutes: string) => `${minutes} min so far`,
    make: 'Make a recipe',
    makeOf: (name: string) => `Make a recipe of “${name}”`,
    formHelp: 'Steps run in order. Try them before you save.',
    name: 'Name',
    cleans: 'Cleans',
    entities: { account: 'Companies', person: 'People', lead: 'Leads', deal: 'Deals' } as Record<
      string,
      string
    >,
    action: (step: number) => `What step ${f.integer(step)} does`,
    field: (step: number) => `Field of step ${f.integer(step)}`,
    /** Of those that nobody corrects by hand; the others are called as there. */
    fields: {
      currency: 'Currency',
      account_name: 'Company',
      lifecycle_stage: 'Stage',
      source: 'Source',
      channel: 'Channel',
      landing_page: 'Landing page',
    } as Record<string, string>,
    actions: {
      trim: 'Fold blanks',
      upper: 'Capitals',
      lower: 'Small letters',
      title: 'Words with a capital',
      map: 'Replace values',
      replace: 'Replace a pattern',
      phone: 'Phone as +49…',
      country: 'Code of the country',
      split_name: 'Split the name',
      clear: 'Clear placeholders',
      default: 'Fill where empty',
    } as Record<string, string>,
    values: 'Values',
    valuesHint: 'I.T. = Technology',
    brokenLine: (line: number, words: string) =>
      `Line ${f.integer(line)}, “${words}”, does not say what becomes of what: write “old = new”.`,
    pattern: 'Pattern (RE2)',
    with: 'Becomes',
    region: 'Country',
    value: 'Value',
    drop: 'Drop',
    dropStep: (step: number) => `Drop step ${f.integer(step)}`,
    addStep: 'Add a step',
    try: 'Try',
    save: 'Save',
    cancel: 'Cancel',
    undo: 'Undo',
    wouldChange: 'Would change',
    examples: 'Examples',
    cleanedBy: (recipe: string) => `Cleaned by recipe: ${recipe}`,
    changesNothing: 'It would change nothing.',
  },
};
