import '../app.css';
import { mount } from 'svelte';
import { company } from '../frame/company.svelte';
import { theme } from '../frame/theme.svelte';
import { i18n } from '../i18n/index.svelte';
import { router } from '../router/router.svelte';
import { keptFetch, type Kept } from './kept';
import Report from './Report.svelte';

// One file that is passed on: the page asks as ever, and what was kept in the file answers.
const kept = JSON.parse(document.getElementById('weir-report')!.textContent || '{}') as Kept;
globalThis.fetch = keptFetch(kept);
router.fix('/', kept.query ? `?${kept.query}` : '');
theme.start();
await i18n.set(kept.lang, false);
document.title = `${i18n.t.nav.pulse} · Weir`;
const dataVersion = (kept.answers['pulse'] as { data_version?: number })?.data_version ?? 0;
mount(Report, { target: document.getElementById('app')!, props: { dataVersion } });
await company.load();
