import type { Bib, Kind, OtherClass } from '../bib.ts';
import type { Fields } from './fields.ts';
import { countsSeveral, countsVolumes } from './publication.ts';
import type { TitleRead } from './title.ts';

const OTHER: Readonly<Record<string, OtherClass>> = {
	z: 'authority',
	w: 'classification',
	q: 'community',
	u: 'holdings',
	v: 'holdings',
	x: 'holdings',
	y: 'holdings',
};

/** What leader/06 says a record is when it is no bibliographic one. */
export const otherClassOf = (leader: string): OtherClass | undefined => OTHER[leader.charAt(6)];

/** The same for records that are not kept at all: any but holdings. */
export function ignoredClassOf(leader: string): OtherClass | undefined {
	const other = otherClassOf(leader);
	return other === 'holdings' ? undefined : other;
}

const SERIAL_DATES = 'cdu';

/** Level s or i with something else that a serial has; level s alone is doubted only when 008 dates one year and pages are counted. */
function isSerial(fields: Fields, level: string, extent: Bib['extent']): boolean {
	if (level !== 's' && level !== 'i' && level !== 'b') return false;
	if (fields.has('022') || fields.has('310') || fields.has('362')) return true;
	const dateType = fields.control('008').charAt(6);
	if (SERIAL_DATES.includes(dateType) && dateType !== '') return true;
	return level === 's' && !(dateType === 's' && extent?.pages !== undefined);
}

/** Resource record level: leader/19. */
const SET = 'a';
const PARTS = 'bc';

/** The kind of publication: what it is part of or made of first, electronic before plain. */
export function kindOf(fields: Fields, read: TitleRead, extent: Bib['extent'], electronic: boolean): Kind {
	const level = fields.leader.charAt(7);
	const hosted = fields.has('773');
	const serialLike = isSerial(fields, level, extent);
	if (read.isIssue && (serialLike || fields.has('022') || (hosted && level === 'b'))) return 'issue';
	if (hosted && (level === 'a' || level === 'b')) return 'component';
	if (serialLike) return 'serial';
	const resource = fields.leader.charAt(19);
	if (countsSeveral(extent)) return 'set';
	if (read.isVolume || (resource !== '' && PARTS.includes(resource))) return 'volume';
	if (resource === SET || countsVolumes(extent)) return 'set';
	return electronic ? 'electronic' : 'monograph';
}
