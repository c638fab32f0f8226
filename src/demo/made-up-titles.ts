import { dataRows } from './data-file.ts';
import { contributors, type Draft, draft } from './draft.ts';
import type { Random } from './random.ts';

const SLOT = /\{([^}]+)\}/g;

/** Every way to fill the slots of a template: one map of slot to value each. */
function fillings(template: string, slots: ReadonlyMap<string, readonly string[]>): Map<string, string>[] {
	const names = [...new Set([...template.matchAll(SLOT)].map((match) => match[1] ?? ''))];
	let out: Map<string, string>[] = [new Map()];
	for (const name of names) {
		const values = slots.get(name);
		if (values === undefined) throw new Error(`no values for the slot ${name} in the sample data`);
		out = out.flatMap((filled) => values.map((value) => new Map(filled).set(name, value)));
	}
	return out;
}

const fill = (text: string, values: ReadonlyMap<string, string>): string => text.replace(SLOT, (_, name: string) => values.get(name) ?? '');

/** `1998-2018`, or `=` for the year in the title. */
function yearOf(random: Random, range: string, values: ReadonlyMap<string, string>): number {
	if (range === '=') return Number(values.get('năm')) + random.between(0, 1);
	const [first, last] = range.split('-');
	return random.between(Number(first), Number(last));
}

function makeTitle(random: Random, row: readonly string[], values: ReadonlyMap<string, string>): Draft {
	const [title = '', subtitle = '', creator = '', publisher = '', years = '', genre = '', pages = ''] = row;
	const [fewest, most] = pages.split('-');
	const level = values.get('lớp');
	return draft(random, {
		title: capital(fill(title, values)),
		subtitle: fill(subtitle, values),
		creators: contributors(fill(creator, values)),
		publisher,
		year: yearOf(random, years, values),
		genre,
		pages: random.between(Number(fewest), Number(most)),
		...(level === undefined ? {} : { classLevel: Number(level) }),
	});
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `wanted` plausible titles from the templates, all different, a share from each template. */
export function madeUpTitles(random: Random, wanted: number): Draft[] {
	const slots = new Map(dataRows('slots').map(([name = '', values = '']) => [name, values.split('; ')]));
	const waiting = dataRows('templates').map((row) => ({ row, fillings: random.shuffle(fillings(row[0] ?? '', slots)) }));
	const out: Draft[] = [];
	for (let round = 0; out.length < wanted; round++) {
		const before = out.length;
		for (const { row, fillings: ways } of waiting) {
			const values = ways[round];
			if (values !== undefined && out.length < wanted) out.push(makeTitle(random, row, values));
		}
		if (out.length === before) throw new RangeError(`the templates give only ${before} titles, ${wanted} wanted`);
	}
	return out;
}
