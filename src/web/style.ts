import { hash53 } from '../lib/hash.ts';

/** The one style sheet of all pages: narrow screens first, the colours of the reader's system, nothing from elsewhere. */
export const STYLE = `
:root { color-scheme: light dark; --page: #fff; --text: #1c1c1c; --quiet: #555; --line: #c9c9c9; --soft: #f2f4f7; --link: #0a4a9c; --accent: #0a4a9c; --on-accent: #fff; --mark: #fff3c4; }
@media (prefers-color-scheme: dark) {
	:root { --page: #14171a; --text: #ececec; --quiet: #b4b8bd; --line: #4a5057; --soft: #20252b; --link: #9cc4ff; --accent: #9cc4ff; --on-accent: #10151c; --mark: #4a3f10; }
}
* { box-sizing: border-box; }
html { font: 100%/1.55 system-ui, "Noto Sans", "DejaVu Sans", sans-serif; background: var(--page); color: var(--text); }
body { margin: 0; overflow-wrap: anywhere; }
header, main, footer { max-width: 68rem; margin: 0 auto; padding: 0 1rem; }
header { display: flex; flex-wrap: wrap; align-items: center; gap: 0 1.25rem; padding-block: .5rem; border-bottom: 1px solid var(--line); }
header nav { flex-basis: 100%; }
header .name { font-weight: 700; font-size: 1.15rem; margin-right: auto; }
footer { margin-top: 3rem; padding-block: 1rem; border-top: 1px solid var(--line); color: var(--quiet); }
a { color: var(--link); text-underline-offset: .15em; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
header a, footer a, nav a { display: inline-block; padding-block: .35rem; }
.skip { position: absolute; left: -100vw; }
.skip:focus { position: static; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 1.25rem 0 .5rem; }
h2 { font-size: 1.2rem; line-height: 1.3; margin: 1.75rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1rem 0 .25rem; }
p { margin: .5rem 0; max-width: 46rem; }
.quiet { color: var(--quiet); }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
form.search { margin: 1rem 0; padding: 1rem; background: var(--soft); border: 1px solid var(--line); border-radius: .5rem; }
form.search label { display: block; font-weight: 600; margin-bottom: .25rem; }
form.search .row { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; }
form.search .row label { margin: 0; font-weight: 400; }
input, select, button { font: inherit; color: inherit; min-height: 2.75rem; padding: .25rem .75rem; border: 1px solid var(--quiet); border-radius: .35rem; background: var(--page); }
input[type=search] { flex: 1 1 16rem; min-width: 0; }
button { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; cursor: pointer; }
summary { cursor: pointer; padding-block: .35rem; font-weight: 600; }
.figures { display: flex; flex-wrap: wrap; gap: .5rem 2.5rem; margin: 1rem 0; }
.figures dt { color: var(--quiet); }
.figures dd { margin: 0; font-size: 1.25rem; font-weight: 600; }
ul.plain, ol.plain { list-style: none; padding: 0; margin: .5rem 0; }
ul.plain > li { padding-block: .15rem; }
form.values { margin: .5rem 0; max-width: 46rem; }
form.values label { display: block; }
form.values .row { display: flex; flex-wrap: wrap; gap: .5rem; }
form.values input[type=search] { flex: 1 1 8rem; }
ul.values { max-width: 46rem; }
ul.values > li { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; }
ul.values a { flex: 1; padding-block: .2rem; }
.count { color: var(--quiet); font-variant-numeric: tabular-nums; }
code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .92em; }
.address { margin: .25rem 0 .75rem; padding: .5rem .75rem; background: var(--soft); border-left: 3px solid var(--accent); user-select: all; }
ol.hits > li { padding-block: .75rem; border-top: 1px solid var(--line); }
ol.hits h2 { margin: 0; font-size: 1.1rem; font-weight: 600; }
ol.hits p { margin: .1rem 0; }
.chips { display: flex; flex-wrap: wrap; gap: .5rem; }
.chips a { display: inline-block; padding: .3rem .75rem; border: 1px solid var(--accent); border-radius: 1rem; text-decoration: none; }
.chosen { font-weight: 700; }
.unapi-id { display: none; }
.note { padding: .5rem .75rem; background: var(--mark); border-radius: .35rem; }
.pages { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: center; margin-top: 1rem; border-top: 1px solid var(--line); padding-top: .5rem; }
dl.fields { margin: 1rem 0; }
dl.fields dt { font-weight: 600; }
dl.fields dd { margin: 0 0 .5rem; }
dl.fields dd > span + span::before { content: " · "; color: var(--quiet); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; color: var(--quiet); padding-bottom: .25rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); overflow-wrap: normal; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
td:last-child, th:last-child { padding-right: 0; }
pre { overflow-x: auto; padding: .75rem; background: var(--soft); }
@media (min-width: 48rem) {
	.beside { display: grid; grid-template-columns: minmax(0, 1fr) 18rem; gap: 0 2.5rem; align-items: start; }
	.jump { display: none; }
	header nav { flex-basis: auto; }
	dl.fields { display: grid; grid-template-columns: 11rem minmax(0, 1fr); gap: .35rem 1.5rem; }
	dl.fields dd { margin: 0; }
}
@media print { header, footer, form, aside, nav { display: none; } }
`;

/** Where it is served; another text has another address, so it may be kept for ever. */
export const STYLE_PATH = `/style/${hash53(STYLE).toString(36)}.css`;

/** The mark of the site: three catalogues that meet. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#0a4a9c"/><path d="M8 8l8 8 8-8M16 16v9" fill="none" stroke="#fff" stroke-width="3"/><g fill="#fff"><circle cx="8" cy="8" r="3"/><circle cx="24" cy="8" r="3"/><circle cx="16" cy="25" r="3"/></g></svg>`;
