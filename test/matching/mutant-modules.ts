import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import type { Mutant } from './mutants.ts';

const ADDRESS = /\?mutant=(\d+)$/;
const SRC = new URL('../../src/', import.meta.url).href;

/** From here on `import('./x.ts?mutant=N')` loads that module and all of ours that it imports anew, with the one change of mutant N in their text. */
export function mutateModules(mutants: readonly Mutant[]): void {
	registerHooks({
		resolve(specifier, context, next) {
			const found = next(specifier, context);
			const mutant = ADDRESS.exec(context.parentURL ?? '');
			const ours = found.url.startsWith('file:') && !found.url.includes('/node_modules/') && !found.url.includes('?');
			return mutant !== null && ours ? { ...found, url: `${found.url}${mutant[0]}` } : found;
		},
		load(url, context, next) {
			const loaded = next(url, context);
			const mutant = ADDRESS.exec(url);
			if (mutant === null || !url.startsWith(SRC)) return loaded;
			const { file, from, to } = mutants[Number(mutant[1])] ?? {};
			if (file === undefined || from === undefined || to === undefined || !url.startsWith(`${SRC}${file}?`)) return loaded;
			return { ...loaded, source: String(loaded.source).replace(from, () => to) };
		},
	});
}

/** Why a mutant cannot be made; undefined when it can. */
export function problemOf({ file, from }: Mutant): string | undefined {
	const count = readFileSync(new URL(file, SRC), 'utf8').split(from).length - 1;
	return count === 1 ? undefined : `src/${file} has ${count} times: ${from}`;
}
