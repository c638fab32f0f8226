import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFile } from '../../src/harvesters/open-file.ts';

const ROWS = 20_000;

let folder: string;
let path: string;
beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'lienthong-workbook-'));
	path = join(folder, 'sach.xlsx');
	const book = new ExcelJS.stream.xlsx.WorkbookWriter({ filename: path, useSharedStrings: true });
	const sheet = book.addWorksheet('Sách');
	sheet.addRow(['Số ĐKCB', 'Nhan đề', 'Tác giả', 'Năm XB']).commit();
	for (let i = 0; i < ROWS; i++) sheet.addRow([`TK.${i}`, `Sách số ${i}`, `Nguyễn Văn ${i % 500}`, 2000]).commit();
	sheet.commit();
	await book.commit();
});
afterAll(() => rmSync(folder, { recursive: true }));

const linesOf = async (bytes: AsyncIterable<Uint8Array>): Promise<string[]> => {
	const pieces: Uint8Array[] = [];
	for await (const piece of bytes) pieces.push(piece);
	return Buffer.concat(pieces).toString().trimEnd().split('\n');
};

/** Turns of this thread's event loop until `work` is done. */
async function turnsDuring<T>(work: Promise<T>): Promise<{ turns: number; value: T }> {
	let turns = 0;
	let done = false;
	const turn = (): void => {
		turns++;
		if (!done) setImmediate(turn);
	};
	setImmediate(turn);
	const value = await work.finally(() => {
		done = true;
	});
	return { turns, value };
}

describe('a workbook', () => {
	it('is read in another thread: this one goes round all the while', async () => {
		const read = async (): Promise<string[]> => {
			const file = await openFile(path);
			const lines = await linesOf(file.bytes());
			await file.close();
			return lines;
		};
		const { turns, value } = await turnsDuring(read());
		expect(value).toHaveLength(ROWS + 1);
		expect(value.at(-1)).toBe(`TK.${ROWS - 1},Sách số ${ROWS - 1},Nguyễn Văn ${(ROWS - 1) % 500},2000`);
		// parsed here, the rows leave room for some hundred turns
		expect(turns).toBeGreaterThan(ROWS);
	});

	it('has its beginning at once, all of its rows from the first on, and can be read again', async () => {
		const file = await openFile(path);
		expect(file.kind).toBe('xlsx');
		const once = await linesOf(file.bytes());
		expect(file.head.toString().split('\n').slice(0, 50)).toEqual(once.slice(0, 50));
		expect(await linesOf(file.bytes())).toEqual(once);
		await file.close();
	});

	it('that is closed, or given up, before it is read leaves no thread', async () => {
		const threads = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'MessagePort').length;
		const before = threads();
		await (await openFile(path)).close();
		const file = await openFile(path);
		expect(threads()).toBeGreaterThan(before);
		for await (const _ of file.bytes()) break;
		await file.close();
		await file.close();
		expect(threads()).toBe(before);
	});
});
