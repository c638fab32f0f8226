import { publicId } from '../lib/ids.ts';
import { WordedError } from '../lib/worded-error.ts';
import { HARD_CONFLICTS, type HardConflict } from '../matching/hard-conflicts.ts';
import { conflictName } from '../matching/wording.ts';
import type { DecisionRow, JudgedRecord, Verdict } from '../store/decision.ts';
import { RefusedDecision } from './refused-decision.ts';

/** Everything that a decision or a question about records is refused with, in the words of both languages. */

export const noId = (id: string): WordedError =>
	new WordedError('usage', {
		vi: { message: `"${id}" không phải là mã biểu ghi`, hint: 'mã biểu ghi gồm chín chữ cái và chữ số' },
		en: { message: `"${id}" is not the id of a record`, hint: 'ids have nine letters and digits' },
	});

export const noRecord = (id: string): WordedError =>
	new WordedError('not-found', {
		vi: { message: `không có biểu ghi ${id}`, hint: 'hãy tìm tài liệu để biết mã biểu ghi của nó' },
		en: { message: `there is no record ${id}`, hint: 'search for the publication to find the id of its record' },
	});

export const noneLiving = (id: string): WordedError =>
	new WordedError('not-found', {
		vi: { message: `mã ${id} không dẫn đến biểu ghi nào đang dùng`, hint: 'mã này chưa từng được cấp, hoặc biểu ghi đã bị xoá' },
		en: { message: `there is no living record ${id}`, hint: 'it was never given, or deleted' },
	});

/** `alive`: some records of the publication that the deleted one was of. */
export function wasDeleted({ id, source, identifier }: JudgedRecord, alive: readonly JudgedRecord[]): WordedError {
	const named = alive.map((r) => `${publicId(r.id)} (${r.source}, ${r.identifier})`).join(', ');
	const none = alive.length === 0;
	return new WordedError('not-found', {
		vi: {
			message: `biểu ghi ${publicId(id)} (${source}, ${identifier}) đã bị xoá`,
			hint: none ? 'không còn biểu ghi nào của tài liệu này' : `hãy chọn một biểu ghi còn dùng của cùng tài liệu: ${named}`,
		},
		en: {
			message: `record ${publicId(id)} (${source}, ${identifier}) was deleted`,
			hint: none ? 'no record of the publication is left' : `take a living record of the same publication: ${named}`,
		},
	});
}

export const oneRecord = (a: string, b: string): WordedError =>
	new WordedError('usage', {
		vi: { message: `${a} và ${b} là một biểu ghi`, hint: 'hãy nêu hai biểu ghi nguồn khác nhau' },
		en: { message: `${a} and ${b} are one record`, hint: 'name two source records' },
	});

export const noConflict = (name: string): WordedError =>
	new WordedError('usage', {
		vi: { message: `không có mâu thuẫn nào tên là "${name}"`, hint: `chọn trong số ${HARD_CONFLICTS.join(', ')}` },
		en: { message: `there is no hard conflict "${name}"`, hint: `one of ${HARD_CONFLICTS.join(', ')}` },
	});

export const unsigned = (): WordedError =>
	new WordedError('usage', {
		vi: { message: 'quyết định phải có người quyết định và lý do', hint: 'hãy nêu cả hai' },
		en: { message: 'a decision says who made it and why', hint: 'give both' },
	});

export const unsignedUndo = (): WordedError =>
	new WordedError('usage', {
		vi: { message: 'huỷ quyết định phải có người huỷ và lý do', hint: 'hãy nêu cả hai' },
		en: { message: 'who undoes a decision says who it is and why', hint: 'give both' },
	});

export const noneInForce = (id: number): WordedError =>
	new WordedError('not-found', {
		vi: { message: `không có quyết định ${id} đang có hiệu lực`, hint: 'danh sách quyết định có số của từng quyết định' },
		en: { message: `there is no decision ${id} in force`, hint: 'the list of decisions has their numbers' },
	});

export const noDecision = (id: number): WordedError =>
	new WordedError('not-found', {
		vi: { message: `không có quyết định ${id}`, hint: 'danh sách quyết định có số của từng quyết định' },
		en: { message: `there is no decision ${id}`, hint: 'the list of decisions has their numbers' },
	});

const VERDICTS = { same: { vi: 'là một tài liệu', en: 'same' }, 'not-same': { vi: 'là hai tài liệu', en: 'not-same' } } as const;

const namedEn = (d: DecisionRow): string =>
	`decision ${d.id} (${publicId(d.a)} ${d.verdict === 'same' ? 'same as' : 'not same as'} ${publicId(d.b)}, by ${d.by})`;
const namedVi = (d: DecisionRow): string =>
	`quyết định ${d.id} (${publicId(d.a)} và ${publicId(d.b)} ${VERDICTS[d.verdict].vi}, do ${d.by} quyết định)`;

/** `against`: the decisions in the way, at least one. */
export function contradicted(a: JudgedRecord, b: JudgedRecord, verdict: Verdict, against: readonly DecisionRow[]): RefusedDecision {
	const [x, y] = [publicId(a.id), publicId(b.id)];
	const undo = `lienthong match undo ${against[0]?.id} --by WHO --reason TEXT`;
	return new RefusedDecision(
		'contradicts-decisions',
		{
			vi: {
				message: `quyết định ${x} và ${y} ${VERDICTS[verdict].vi} trái với ${against.map(namedVi).join(', ')}`,
				hint: `trước hết hãy huỷ quyết định sai: ${undo}`,
			},
			en: {
				message: `"${verdict}" for ${x} and ${y} contradicts ${against.map(namedEn).join(', ')}`,
				hint: `undo what is wrong first: ${undo}`,
			},
		},
		{ decisions: against.map((d) => d.id) },
	);
}

export const saidAlready = (decision: DecisionRow): RefusedDecision =>
	new RefusedDecision(
		'decided-already',
		{
			vi: { message: `${namedVi(decision)} đã nói như vậy rồi`, hint: 'hãy huỷ quyết định đó trước khi quyết định lại' },
			en: { message: `${namedEn(decision)} says so already`, hint: 'undo it first to decide anew' },
		},
		{ decisions: [decision.id] },
	);

const inVietnamese = (names: readonly HardConflict[]): string => names.map((name) => `${conflictName(name, 'vi')} (${name})`).join(', ');
const confirmation = (conflicts: readonly HardConflict[]): string => `--confirm ${conflicts.join(',')}`;

/** `missing`: conflicts of the two that were not named; `conflicts`: all that have to be. */
export function mustConfirm(
	a: JudgedRecord,
	b: JudgedRecord,
	missing: readonly HardConflict[],
	conflicts: readonly HardConflict[],
): RefusedDecision {
	const [x, y] = [publicId(a.id), publicId(b.id)];
	return new RefusedDecision(
		'confirmation-needed',
		{
			vi: {
				message: `${x} và ${y} phải tách riêng vì: ${inVietnamese(missing)}`,
				hint: `nếu vẫn là một tài liệu thì thêm ${confirmation(conflicts)}`,
			},
			en: {
				message: `${x} and ${y} are kept apart by: ${missing.join(', ')}`,
				hint: `when they are the same all the same, add ${confirmation(conflicts)}`,
			},
		},
		{ conflicts },
	);
}

/** Other records that a decision would join too, one of each side, and the hard conflicts that keep them apart. */
export interface Others {
	readonly x: JudgedRecord;
	readonly y: JudgedRecord;
	readonly names: readonly HardConflict[];
}

export function wouldJoinDoubles({ x, y, names }: Others): RefusedDecision {
	const [p, q] = [publicId(x.id), publicId(y.id)];
	const first = `lienthong match decide same ${p} ${q} ${confirmation(names)} --by WHO --reason TEXT`;
	return new RefusedDecision(
		'conflict-between-others',
		{
			vi: {
				message: `quyết định này sẽ gộp cả ${p} và ${q}, của cùng một nguồn không có biểu ghi trùng`,
				hint: `hãy quyết định về hai biểu ghi này trước: ${first}`,
			},
			en: { message: `this would also join ${p} and ${q}, of one source that has no doubles`, hint: `decide on these first: ${first}` },
		},
		{ conflicts: names },
	);
}

const MOST_NAMED = 5;

export function wouldJoinOthers(others: readonly Others[], conflicts: readonly HardConflict[]): RefusedDecision {
	const named = others.slice(0, MOST_NAMED);
	const more = others.length - named.length;
	const vi = named.map((o) => `${publicId(o.x.id)} và ${publicId(o.y.id)}: ${inVietnamese(o.names)}`).join('; ');
	const en = named.map((o) => `${publicId(o.x.id)} and ${publicId(o.y.id)} (${o.names.join(', ')})`).join('; ');
	return new RefusedDecision(
		'conflict-between-others',
		{
			vi: {
				message: `quyết định này sẽ gộp cả những biểu ghi phải tách riêng: ${vi}${more > 0 ? ` và ${more} cặp nữa` : ''}`,
				hint: `nếu tất cả vẫn là một tài liệu thì thêm ${confirmation(conflicts)}`,
			},
			en: {
				message: `this would also join ${en}${more > 0 ? ` and ${more} more ${more === 1 ? 'pair' : 'pairs'}` : ''}, which hard conflicts keep apart`,
				hint: `when all of them are the same all the same, add ${confirmation(conflicts)}`,
			},
		},
		{ conflicts },
	);
}
