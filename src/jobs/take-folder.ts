import { extname } from 'node:path';
import { AppError, type ErrorCode } from '../lib/errors.ts';
import { type HarvestSource, harvestSource } from '../store/harvest-source.ts';
import { runImport } from './import-job.ts';
import type { RunDeps, RunSummary } from './run-under-lease.ts';
import { checkFolder, type TakenFile, WatchedFolder } from './watched-folder.ts';

/** For so long a file must not have changed. */
const REST_MS = 10_000;
/** Failures that say nothing against the file: it is tried again at the next look. */
const LATER: ReadonlySet<ErrorCode> = new Set(['busy', 'held', 'fenced', 'database', 'forbidden']);

const SAID: Readonly<Partial<Record<ErrorCode, string>>> = {
	'file-kind': 'Tệp này không phải là mục lục thư viện đọc được.',
	'file-broken': 'Tệp bị hỏng hoặc thiếu phần cuối: hãy xuất lại.',
	'file-locked': 'Tệp có mật khẩu: hãy bỏ mật khẩu rồi gửi lại.',
	'no-title-column': 'Bảng không có cột nhan đề: hãy ghi "Nhan đề" ở đầu cột đó.',
	'too-large': 'Tệp quá lớn: hãy chia nhỏ.',
};

/** What became of one file of a folder. */
export interface TakenRun {
	readonly file: string;
	readonly run: RunSummary | null;
	readonly error: { readonly code: string; readonly message: string; readonly hint: string } | null;
}

/** The folder that a source of files watches; null when it watches none. */
export const folderOf = ({ kind, settings }: Pick<HarvestSource, 'kind' | 'settings'>): string | null =>
	kind === 'file' && typeof settings['folder'] === 'string' ? settings['folder'] : null;

/** The settings of a source with a folder are in order. AppErrors of checkFolder, usage. */
export async function checkFolderSettings(settings: Readonly<Record<string, unknown>>): Promise<void> {
	const { folder, snapshot } = settings;
	if (snapshot !== undefined && typeof snapshot !== 'boolean')
		throw new AppError('usage', `snapshot=${snapshot} is neither true nor false`, { hint: 'true: each file is the whole catalogue' });
	if (folder !== undefined) await checkFolder(String(folder));
}

const reasonText = ({ code, message, hint }: { code: string; message: string; hint: string }): string =>
	`${[SAID[code as ErrorCode] ?? 'Không nhận được tệp này.', `${code}: ${message}`, hint].filter((line) => line !== '').join('\n')}\n`;

/**
 * Imports the files that lie in the folder of a source, one run each, and moves them to `done` (with the rows that were refused beside, as a
 * table to be corrected) or `failed` (with the reason beside). What a kill or a busy source cut off stays in `taking` and is gone on with at the next look.
 * AppErrors of checkFolder.
 */
export async function takeFolder(
	deps: RunDeps & { readonly restMs?: number },
	sourceId: number | string,
	signal: AbortSignal,
): Promise<TakenRun[]> {
	const source = await harvestSource(deps.database.pool, sourceId);
	const path = folderOf(source);
	if (path === null)
		throw new AppError('usage', `source ${source.code} watches no folder`, { hint: 'lienthong import FILE imports a file' });
	const folder = new WatchedFolder(path, deps.clock);
	const runs: TakenRun[] = [];
	for (const file of await folder.take(deps.restMs ?? REST_MS, signal)) {
		signal.throwIfAborted();
		runs.push(await takeOne(deps, source, folder, file, signal));
	}
	return runs;
}

async function takeOne(
	deps: RunDeps,
	source: HarvestSource,
	folder: WatchedFolder,
	file: TakenFile,
	signal: AbortSignal,
): Promise<TakenRun> {
	const failed = async (run: RunSummary | null, error: NonNullable<TakenRun['error']>): Promise<TakenRun> => {
		await folder.put(file, 'failed', reasonText(error));
		return { file: file.name, run, error };
	};
	if (file.strange)
		return await failed(null, {
			code: 'file-kind',
			message: `${file.name} is a link, or no file`,
			hint: 'put the file itself into the folder',
		});
	try {
		const run = await runImport(deps, {
			path: file.path,
			library: source.library,
			source: String(source.id),
			snapshot: source.settings['snapshot'] === true,
			rejects: folder.free('done', rejectsName(file.name)),
			signal,
		});
		if (run.state !== 'complete')
			return await failed(run, run.error ?? { code: 'internal', message: `run ${run.run} ended ${run.state}`, hint: '' });
		await folder.put(file, 'done');
		return { file: file.name, run, error: null };
	} catch (error) {
		if (!(error instanceof AppError) || signal.aborted) throw error;
		const { code, message, hint } = error;
		if (error.retriable || LATER.has(code)) return { file: file.name, run: null, error: { code, message, hint } };
		return await failed(null, { code, message, hint });
	}
}

/** What the table of the refused rows of a file is called; it has no gzip or zip around it. */
function rejectsName(name: string): string {
	const plain = name.replace(/\.(gz|zip)$/i, '');
	const kind = extname(plain);
	return `${kind === '' ? plain : plain.slice(0, -kind.length)}.rejects${kind === '' ? '.csv' : kind}`;
}
