import { readdirSync, readFileSync } from 'node:fs';
import iconv from 'iconv-lite';
import type { MarcField, MarcRecord } from '../../src/records/marc.ts';
import { vniToUnicode } from '../../src/records/vni.ts';

/**
 * The gold file: pairs of catalogue records with the verdict of a librarian and the reason for it, one file for a topic, in `gold/`.
 *
 *     # a comment
 *     topic: what the file is about
 *     * 100 Tô Hoài | 245 Dế Mèn phiêu lưu ký / $c Tô Hoài | 260 H. : $b Kim Đồng, $c 2010
 *     same  245 De Men phieu luu ky ;; typed without diacritics
 *     apart +250 Tái bản lần thứ 2 ;; a verdict is followed by what the other record has differently
 *     same  * 245 Dế Mèn phiêu lưu ký ;; or by a whole record
 *     fails: same 245 Dế Mèn ;; what today's rules get wrong is marked so, and must still be wrong
 *
 * A record is fields parted by ` | `; what stands before the first `$` is $a; indicators after the tag: `024/3_`. `LDR am` gives
 * leader/06-07, `LDR am/a` leader/19 too; `008 s2010@enk eng o` date type, years (`c19992005`), country (else `vm`), language, form of item. In the other record a
 * field takes the place of all with its tag, `-020` takes them away, `+020` adds one. `!nfd` writes the whole record so, `{nfd:…}` a text:
 * `nfd`, `plain` (no diacritics), `caps`, and `tcvn3`, `vni`, `viscii`, `twice` (UTF-8) read as Latin-1; `\u00ad` is that character.
 */
export interface GoldPair {
	/** `file:line`. */
	readonly at: string;
	readonly file: string;
	/** `doubt`: a librarian would want to look; a machine must neither join the two nor lose sight of them. */
	readonly verdict: 'same' | 'apart' | 'doubt';
	readonly reason: string;
	/** Known to be judged otherwise by today's rules. */
	readonly fails: boolean;
	readonly a: MarcRecord;
	readonly b: MarcRecord;
}

export interface GoldFile {
	readonly name: string;
	readonly topic: string;
	readonly pairs: readonly GoldPair[];
}

const MARKED = 'àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ';

/** VNI for each marked letter: the inverse of the reader's table. */
function vniTable(): ReadonlyMap<string, string> {
	const table = new Map<string, string>();
	const written = [...'aeouyôöñæóòî', ...'aeouyôö'.split('').flatMap((l) => [...'ùøûõïâáàåãäêéèúüë'].map((m) => l + m))];
	for (const text of written) {
		const letter = vniToUnicode(text);
		if (letter.length !== 1 || !MARKED.includes(letter) || table.has(letter)) continue;
		table.set(letter, text);
		table.set(letter.toUpperCase(), text.charAt(0).toUpperCase() + text.slice(1));
	}
	return table;
}
const VNI = vniTable();

/** TCVN3 has no capitals with a tone: they arrive in lower case. */
const CAPITALS_WITHOUT_CODE = /[ÀÁẢÃẠẰẮẲẴẶẦẤẨẪẬÈÉẺẼẸỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌỒỐỔỖỘỜỚỞỠỢÙÚỦŨỤỪỨỬỮỰỲÝỶỸỴ]/g;

const SPELLINGS: Readonly<Record<string, (text: string) => string>> = {
	nfd: (text) => text.normalize('NFD'),
	plain: (text) => text.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll('đ', 'd').replaceAll('Đ', 'D'),
	caps: (text) => text.toUpperCase(),
	tcvn3: (text) =>
		iconv
			.encode(
				text.replaceAll(CAPITALS_WITHOUT_CODE, (c) => c.toLowerCase()),
				'tcvn',
			)
			.toString('latin1'),
	viscii: (text) => iconv.encode(text, 'viscii').toString('latin1'),
	vni: (text) => text.replaceAll(/./gsu, (c) => VNI.get(c) ?? c),
	twice: (text) => Buffer.from(text, 'utf8').toString('latin1'),
};

function spelled(name: string, text: string): string {
	const write = SPELLINGS[name];
	if (write === undefined) throw new Error(`no spelling "${name}"`);
	return write(text);
}

const unescaped = (text: string): string =>
	text
		.replaceAll(/\{(\w+):([^}]*)\}/g, (_, name: string, inner: string) => spelled(name, inner))
		.replaceAll(/\\u([0-9a-f]{4})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

const INDICATORS: Readonly<Record<string, string>> = { '245': '10', '264': ' 1', '100': '0 ', '700': '0 ', '490': '0 ' };
const FIELD = /^(\d{3})(?:\/(\S\S))? (.*)$/s;
const FIXED = /^(\w)(\w{4})(\w{4})?(?:@(\w{2,3}))? (\S{3})(?: (\w))?$/;

function fixedField(text: string): string {
	const match = FIXED.exec(text);
	if (match === null) throw new Error(`008 as "s2010 vie o", not "${text}"`);
	const [, type, first, second = '    ', country = 'vm', language, form = ' '] = match;
	return `${`210101${type}${first}${second}${country}`.padEnd(23)}${form}${language?.padStart(14)} d`;
}

function fieldOf(text: string): MarcField {
	const match = FIELD.exec(text);
	if (match === null) throw new Error(`no field: "${text}"`);
	const [, tag = '', indicators, content = ''] = match;
	const value = unescaped(content);
	if (tag < '010') return { tag, ind1: ' ', ind2: ' ', value: tag === '008' ? fixedField(value) : value, subfields: [] };
	const [ind1, ind2] = Array.from((indicators ?? INDICATORS[tag] ?? '  ').replaceAll('_', ' ')) as [string, string];
	const [first = '', ...others] = value.split('$');
	const subfields = others.map((s) => ({ code: s.charAt(0), value: s.slice(1).trim() }));
	if (first.trim() !== '') subfields.unshift({ code: 'a', value: first.trim() });
	return { tag, ind1, ind2, value: '', subfields };
}

interface Draft {
	leader: string;
	fields: MarcField[];
}

const LEADER = '00000nam a2200000 a 4500';

function leaderOf(text: string): string {
	const [type = 'am', level = ' '] = text.split('/');
	return `00000n${type} a2200000 a${level}4500`;
}

/** The record that the items describe, beginning with `base`. */
function record(base: Draft, items: readonly string[]): MarcRecord {
	const draft: Draft = { leader: base.leader, fields: [...base.fields] };
	const replaced = new Set<string>();
	let spelling = '';
	for (const item of items) {
		if (item.startsWith('!')) spelling = item.slice(1);
		else if (item.startsWith('LDR ')) draft.leader = leaderOf(item.slice(4));
		else if (item.startsWith('-')) {
			if (!draft.fields.some((f) => f.tag === item.slice(1))) throw new Error(`no ${item.slice(1)} to take away`);
			draft.fields = draft.fields.filter((f) => f.tag !== item.slice(1));
		} else if (item.startsWith('+')) draft.fields.push(fieldOf(item.slice(1)));
		else {
			const field = fieldOf(item);
			if (!replaced.has(field.tag)) draft.fields = draft.fields.filter((f) => f.tag !== field.tag);
			replaced.add(field.tag);
			draft.fields.push(field);
		}
	}
	draft.fields.sort((x, y) => (x.tag === y.tag ? 0 : x.tag < y.tag ? -1 : 1));
	if (spelling !== '')
		draft.fields = draft.fields.map((f) => ({ ...f, subfields: f.subfields.map((s) => ({ ...s, value: spelled(spelling, s.value) })) }));
	return draft;
}

const NOTHING: Draft = { leader: LEADER, fields: [] };
const itemsOf = (text: string): string[] => text.split(' | ').map((item) => item.trim());

/** One record in the notation of the gold file: `LDR as | 022 0866-7497 | 245 Nghiên cứu lịch sử`. */
export const goldRecord = (text: string): MarcRecord => record(NOTHING, itemsOf(text));

const VERDICT = /^(fails: )?(same|apart|doubt)\s+(.+?)\s*;;\s*(.+)$/s;

/** Reads one gold file; throws with the line of what it cannot read. */
export function readGold(name: string, text: string): GoldFile {
	let topic = '';
	let base: MarcRecord | undefined;
	const pairs: GoldPair[] = [];
	for (const [i, line] of text.split('\n').entries()) {
		const at = `${name}:${i + 1}`;
		try {
			if (line.trim() === '' || line.startsWith('#')) continue;
			if (line.startsWith('topic: ')) topic = line.slice(7).trim();
			else if (line.startsWith('* ')) base = record(NOTHING, itemsOf(line.slice(2)));
			else {
				const match = VERDICT.exec(line);
				if (match === null || base === undefined)
					throw new Error('a verdict, what differs, ";;" and the reason are expected, after a record');
				const [, fails, verdict, other = '', reason = ''] = match;
				const b = other.startsWith('* ') ? record(NOTHING, itemsOf(other.slice(2))) : record(base as Draft, itemsOf(other));
				pairs.push({ at, file: name, verdict: verdict as GoldPair['verdict'], reason, fails: fails !== undefined, a: base, b });
			}
		} catch (error) {
			throw new Error(`${at}: ${error instanceof Error ? error.message : String(error)}`);
		}
	}
	return { name, topic, pairs };
}

const FOLDER = new URL('./gold/', import.meta.url);

/** All gold files, in order of name. */
export const readAllGold = (): GoldFile[] =>
	readdirSync(FOLDER)
		.filter((name) => name.endsWith('.txt'))
		.sort()
		.map((name) => readGold(name.replace('.txt', ''), readFileSync(new URL(name, FOLDER), 'utf8')));
