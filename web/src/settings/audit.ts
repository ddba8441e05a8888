import type { Messages } from '../i18n/en';

/** Who acts without an account, and from where: the command line of the machine that Weir runs on. */
export function whoWord(code: string, t: Messages): string {
  return t.settings.auditOwn[code] ?? code;
}

/**
 * What something was done with, in words: `setting:currency`, `import:12`, `member:salesforce:1`, or the id of an analysis,
 * whose title `titleOf` knows.
 */
export function subjectWord(
  subject: string,
  t: Messages,
  titleOf: (id: string) => string | undefined,
): string {
  const colon = subject.indexOf(':');
  if (colon < 0) return titleOf(subject) ?? subject;
  const [kind, id] = [subject.slice(0, colon), subject.slice(colon + 1)];
  if (kind === 'setting') return t.settings.names[id] ?? id;
  const word = t.settings.subjects[kind] ?? t.explain.entities[kind];
  return word ? `${word} ${id}` : subject;
}
