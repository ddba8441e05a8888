import './fonts/inter.css';
import './app.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { company } from './frame/company.svelte';
import { theme } from './frame/theme.svelte';
import { i18n } from './i18n/index.svelte';
import { router } from './router/router.svelte';

router.start();
theme.start();
await i18n.start();
mount(App, { target: document.getElementById('app')! });
// Whoever answers the survey of departments has no account: nothing else is asked for.
if (router.path !== '/survey') void company.start();
