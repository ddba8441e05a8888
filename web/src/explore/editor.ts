import {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { keywordCompletionSource, schemaCompletionSource, sql, SQLDialect } from '@codemirror/lang-sql';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { Compartment, EditorState, Prec, StateEffect, StateField, type Extension } from '@codemirror/state';
import {
  Decoration,
  drawSelection,
  EditorView,
  keymap,
  lineNumbers,
  placeholder,
  type DecorationSet,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { viewsIn, type ColumnDoc, type Offer } from './queries';

const kDialect = SQLDialect.define({
  keywords:
    'select from where group by having order limit offset with recursive as on using join inner left right full outer cross lateral asof semi anti natural union all intersect except distinct case when then else end and or not in is null between like ilike similar to escape exists over partition rows range unbounded preceding following current row filter qualify window asc desc nulls first last interval cast try_cast values rollup cube grouping sets exclude replace columns lambda true false at time zone',
  types:
    'boolean integer bigint decimal double varchar date timestamp time hugeint smallint float text numeric',
  operatorChars: '*+-%<>!=&|~^/',
});

const kHighlight = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: 'var(--accent)', fontWeight: '600' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--good)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--caution)' },
  { tag: tags.comment, color: 'var(--ink-3)', fontStyle: 'italic' },
  { tag: tags.typeName, color: 'var(--bad)' },
]);

const kTheme = EditorView.theme({
  '&': { color: 'var(--ink)', backgroundColor: 'transparent', fontSize: '13px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55', minHeight: '168px', maxHeight: '46vh' },
  '.cm-content': { padding: '10px 0', caretColor: 'var(--ink)' },
  '.cm-line': { padding: '0 12px 0 6px' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--ink-3)', border: 'none' },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0 6px 0 12px', minWidth: '34px' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-placeholder': { color: 'var(--ink-3)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    background: 'var(--accent-soft)',
  },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--accent-soft)' },
  '.cm-fault': {
    textDecoration: 'underline wavy var(--bad)',
    textUnderlineOffset: '3px',
    backgroundColor: 'var(--bad-soft)',
  },
  '.cm-tooltip': {
    border: '1px solid var(--line)',
    borderRadius: '6px',
    backgroundColor: 'var(--raised)',
    color: 'var(--ink)',
    boxShadow: 'var(--shadow)',
    overflow: 'hidden',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    fontFamily: 'var(--mono)',
    fontSize: '12px',
    maxHeight: '220px',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '3px 10px' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    backgroundColor: 'var(--accent-soft)',
    color: 'var(--ink)',
  },
  '.cm-completionDetail': { color: 'var(--ink-2)', fontStyle: 'normal', marginLeft: '12px' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
  '.cm-completionIcon': { display: 'none' },
  '.cm-tooltip.cm-completionInfo': {
    padding: '6px 10px',
    fontFamily: 'var(--font)',
    fontSize: '12px',
    maxWidth: '280px',
  },
});

/** The place of a refusal, underlined until the text there changes. */
const setFault = StateEffect.define<{ from: number; to: number } | undefined>();
const faultField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    let next = transaction.docChanged ? Decoration.none : marks;
    for (const effect of transaction.effects) {
      if (!effect.is(setFault)) continue;
      const fault = effect.value;
      next =
        fault && fault.to > fault.from
          ? Decoration.set([Decoration.mark({ class: 'cm-fault' }).range(fault.from, fault.to)])
          : Decoration.none;
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

const typeOf = (column: ColumnDoc): string => (column.unit ? `${column.type}, ${column.unit}` : column.type);

const columnOption = (column: ColumnDoc, lang: 'en' | 'ru'): Completion => ({
  label: column.name,
  type: 'property',
  detail: typeOf(column),
  info: column.meaning[lang],
  boost: 2,
});

/** Columns of the views that the query names, functions, and the views themselves. */
function wordsOf(offer: Offer, lang: 'en' | 'ru') {
  const views: Completion[] = offer.views.map((view) => ({
    label: view.name,
    type: 'class',
    detail: view.title[lang],
    info: view.help[lang],
    boost: 1,
  }));
  const functions: Completion[] = offer.functions.map((one) => ({
    label: one.name,
    type: 'function',
    detail: one.form,
    info: one.meaning[lang],
    apply: one.kind === 'table' || one.form.includes('(') ? `${one.name}(` : one.name,
  }));
  return (context: CompletionContext): CompletionResult | null => {
    const word = context.matchBefore(/[\p{L}_][\p{L}\p{N}_]*/u);
    if (!word && !context.explicit) return null;
    const from = word?.from ?? context.pos;
    if (context.state.sliceDoc(from - 1, from) === '.') return null;
    const named = viewsIn(context.state.doc.toString(), offer.views);
    const columns = new Map<string, Completion>();
    for (const view of named) {
      for (const column of view.columns) columns.set(column.name, columnOption(column, lang));
    }
    return { from, options: [...columns.values(), ...views, ...functions], validFor: /^[\p{L}\p{N}_]*$/u };
  };
}

function language(offer: Offer | undefined, lang: 'en' | 'ru'): Extension {
  const support = sql({ dialect: kDialect });
  if (!offer) return support;
  const schema = Object.fromEntries(
    offer.views.map((view) => [view.name, view.columns.map((column) => columnOption(column, lang))]),
  );
  const afterDot = schemaCompletionSource({ dialect: kDialect, schema });
  return [
    support,
    autocompletion({
      activateOnTyping: true,
      icons: false,
      override: [
        wordsOf(offer, lang),
        (context) => (context.matchBefore(/\.[\p{L}\p{N}_]*/u) ? afterDot(context) : null),
        keywordCompletionSource(kDialect, true),
      ],
    }),
  ];
}

export interface Editor {
  view: EditorView;
  offer: (offer: Offer | undefined, lang: 'en' | 'ru') => void;
  fault: (place: { from: number; to: number } | undefined) => void;
  text: (text: string) => void;
  insert: (text: string) => void;
}

/**
 * An editor of SQL in a shadow root, where its styles are sheets and no elements: the content policy allows no inline
 * style.
 */
export function makeEditor(
  host: HTMLElement,
  options: {
    text: string;
    label: string;
    placeholder: string;
    onchange: (text: string) => void;
    onrun: () => void;
  },
): Editor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  const spoken = new Compartment();
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        Prec.highest(keymap.of([{ key: 'Mod-Enter', run: () => (options.onrun(), true) }])),
        // Tab takes a completion that is open, and else leaves the editor as it leaves any field.
        Prec.high(keymap.of([{ key: 'Tab', run: acceptCompletion }])),
        keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
        history(),
        lineNumbers(),
        drawSelection(),
        bracketMatching(),
        closeBrackets(),
        EditorView.lineWrapping,
        placeholder(options.placeholder),
        EditorView.contentAttributes.of({ 'aria-label': options.label, spellcheck: 'false' }),
        syntaxHighlighting(kHighlight),
        kTheme,
        faultField,
        spoken.of(language(undefined, 'en')),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) options.onchange(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    view,
    offer: (offer, lang) => view.dispatch({ effects: spoken.reconfigure(language(offer, lang)) }),
    fault: (place) => view.dispatch({ effects: setFault.of(place) }),
    text: (text) => {
      if (text !== view.state.doc.toString())
        view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    },
    insert: (text) => {
      view.dispatch(view.state.replaceSelection(text));
      view.focus();
    },
  };
}
