import { checkCode, checkDay, checkName } from '../lib/codes.ts';
import { AppError } from '../lib/errors.ts';
import { withKeys } from './conflict.ts';
import type { Database } from './database.ts';

/** A node of the administrative tree; tiers come and go, so `kind` is free text (province, commune, former district, …). */
export interface NewArea {
	readonly code: string;
	readonly kind: string;
	readonly nameVi: string;
	readonly nameEn?: string;
	readonly parent?: string | null;
	readonly validFrom?: string | null;
	readonly validUntil?: string | null;
	readonly successor?: string | null;
}

const optionalDay = (what: string, day: string | null | undefined): string | null => (day ? checkDay(what, day) : null);

/** Adds an area; its parent and successor must be there. AppErrors usage, conflict (code taken), not-found (parent or successor). */
export async function addArea(db: Pick<Database, 'kysely'>, area: NewArea): Promise<void> {
	const row = {
		code: checkCode('an area', area.code),
		kind: checkName('a kind of area', area.kind),
		name_vi: checkName('an area', area.nameVi),
		name_en: area.nameEn ? checkName('an area', area.nameEn) : '',
		parent: area.parent ?? null,
		valid_from: optionalDay('valid from', area.validFrom),
		valid_until: optionalDay('valid until', area.validUntil),
		successor: area.successor ?? null,
	};
	if (row.valid_from !== null && row.valid_until !== null && row.valid_from > row.valid_until) {
		throw new AppError('usage', `area ${row.code} would end (${row.valid_until}) before it begins (${row.valid_from})`, {
			hint: 'exchange the two days',
		});
	}
	if (row.parent === row.code || row.successor === row.code) {
		throw new AppError('usage', `area ${row.code} cannot be its own parent or successor`, { hint: 'leave the option out' });
	}
	await withKeys(() => db.kysely.insertInto('area').values(row).execute(), {
		taken: new AppError('conflict', `there is an area ${row.code} already`, {
			hint: 'codes are never used again; lienthong area list shows them',
		}),
		missing: new AppError(
			'not-found',
			`the parent or successor of area ${row.code} (${[row.parent, row.successor].filter(Boolean).join(', ')}) is not there`,
			{
				hint: 'add it first: lienthong area add',
			},
		),
	});
}
