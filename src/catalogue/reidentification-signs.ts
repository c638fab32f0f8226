import { hash } from 'node:crypto';
import { packFeatures, unpackFeatures } from '../matching/packed-features.ts';
import type { Reidentifiable } from '../matching/reidentify.ts';
import { packRecord, unpackRecord } from '../records/compact.ts';
import type { MarcRecord } from '../records/marc.ts';
import { Fields } from '../records/normalise/fields.ts';
import { readHoldings } from '../records/normalise/holdings.ts';
import { unpackBody } from '../store/body-codec.ts';
import type { StagedVersion } from '../store/reidentify.ts';

/** What a system gives its records, and another gives anew: control numbers, dates of change, and local fields. */
const OF_THE_SYSTEM = /^(?:00[135]|035|9\d\d)$/;

const short = (text: string): string => hash('sha256', text, 'base64').slice(0, 22);

/** 001 with its 003, and each 035. */
function controlNumbers({ fields }: MarcRecord): string[] {
	const control = (tag: string): string => fields.find((field) => field.tag === tag)?.value.trim() ?? '';
	const own = control('001');
	const others = fields
		.filter(({ tag }) => tag === '035')
		.flatMap(({ subfields }) => subfields.filter(({ code }) => code === 'a').map(({ value }) => value.trim()));
	return [...(own === '' ? [] : [`${control('003')} ${own}`]), ...others.filter((number) => number !== '')];
}

/**
 * What a version can be known by under another identifier: the digest of what was received; control numbers and numbers of copies, each with the
 * title, since another system counts from one again; the description without what the system put there; what matching reads of it.
 */
export function signsOf({ id, digest, features, body }: StagedVersion): Reidentifiable {
	const record = unpackRecord(unpackBody(body));
	const described = record.fields.filter(({ tag }) => !OF_THE_SYSTEM.test(tag));
	const signs: { -readonly [K in keyof Reidentifiable['signs']]: Reidentifiable['signs'][K] } = {
		description: [short(packRecord({ leader: record.leader.slice(6, 8), fields: described }))],
	};
	if (digest.length > 0) signs.digest = [digest.toString('hex')];
	if (features !== '') {
		const read = unpackFeatures(features);
		if (read.title !== '') {
			const of = (number: string): string => `${number}\n${read.kind}\n${read.title}`;
			signs.number = controlNumbers(record).map(of);
			signs.copy = readHoldings(new Fields(record)).flatMap(({ barcodes }) => barcodes.map(of));
			signs.bib = [short(packFeatures({ ...read, ids: [] }))];
		}
	}
	return { id, signs };
}
