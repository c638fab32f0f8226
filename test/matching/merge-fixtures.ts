import { readdirSync, readFileSync } from 'node:fs';
import { type MergeMember, mergeRecords } from '../../src/matching/merge.ts';
import { libraryRank } from '../../src/matching/merge-rules.ts';
import { bibFromMarc } from '../../src/records/bib-from-marc.ts';
import { decodeRecord } from '../../src/records/decode.ts';
import type { MarcField, MarcRecord } from '../../src/records/marc.ts';
import { SHARES, type Share } from '../../src/records/union.ts';
import { field } from './build.ts';

/**
 * Golden fixtures of merging: `member SOURCE KIND [MODIFIED] [SHARE] [dc]` and its fields (or elements of Dublin Core), then `union` and what comes
 * out: the rule, the members that say so, the field. `LDR 7` is leader/17, `LDR 7 as` leader/06 and 07 too.
 */
export interface MergeFixture {
	readonly what: string;
	readonly members: readonly MergeMember[];
	readonly union: readonly string[];
}

const FOLDER = new URL('./merge-fixtures/', import.meta.url);
export const MERGE_FIXTURES = readdirSync(FOLDER).sort();

function dublinCore(lines: readonly string[]): MarcRecord {
	const elements = lines.map((line) => {
		const [name = ''] = line.split(' ', 1);
		return `<dc:${name}>${line.slice(name.length + 1)}</dc:${name}>`;
	});
	const decoded = decodeRecord(
		'oai_dc',
		`<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">${elements.join('')}</oai_dc:dc>`,
	);
	if (!decoded.ok) throw new Error(decoded.reason);
	return decoded.record;
}

function marc(lines: readonly string[]): MarcRecord {
	const leader = lines.find((line) => line.startsWith('LDR ')) ?? '';
	return {
		leader: `00000n${leader.slice(6) || 'am'} a2200000${leader.charAt(4) || ' '}a 4500`,
		fields: lines.filter((line) => !line.startsWith('LDR ')).map((line) => field(line)),
	};
}

function member(heading: string, lines: readonly string[]): MergeMember {
	const [, source = '', kind = '', ...more] = heading.split(' ');
	const record = more.includes('dc') ? dublinCore(lines) : marc(lines);
	const read = bibFromMarc(record);
	if (!('bib' in read)) throw new Error(`no bibliographic record: ${heading}`);
	return {
		member: {
			record: 1,
			version: 1,
			run: 1,
			source,
			library: source,
			identifier: '1',
			share: (SHARES as readonly string[]).includes(more.at(-1) ?? '') ? (more.at(-1) as Share) : 'full',
			licence: null,
		},
		record,
		bib: read.bib,
		modified: more.find((word) => /^\d{4}-/.test(word)) ?? '',
		rank: libraryRank(kind),
	};
}

/** Reads one fixture. */
export function mergeFixture(name: string): MergeFixture {
	const lines = readFileSync(new URL(name, FOLDER), 'utf8').trimEnd().split('\n');
	const what = lines[0]?.slice(2) ?? '';
	const blocks: string[][] = [];
	for (const line of lines.slice(1)) {
		if (line.startsWith('member ') || line === 'union') blocks.push([line]);
		else blocks.at(-1)?.push(line);
	}
	const members = blocks.filter(([heading]) => heading !== 'union').map(([heading = '', ...rest]) => member(heading, rest));
	return { what, members, union: blocks.find(([heading]) => heading === 'union')?.slice(1) ?? [] };
}

const shown = (f: MarcField): string =>
	f.tag < '010' ? `${f.tag} ${f.value}` : `${f.tag} ${f.ind1}${f.ind2} ${f.subfields.map((s) => `$${s.code} ${s.value}`).join(' ')}`;

/** The union record of a fixture as its lines; members by the place they were given in. */
export function unionLines(fixture: MergeFixture): string[] {
	const union = mergeRecords(fixture.members);
	const place = (at: number): number => fixture.members.findIndex((m) => m.member === union.members[at]);
	return union.fields.map((f) => `${f.rule} ${f.sources.map(place).join()} ${shown(f.field)}`);
}
