/** Where progress is written: the part of `process.stderr` that is needed. */
export interface ProgressStream {
	readonly isTTY?: boolean;
	readonly columns?: number;
	write(text: string): unknown;
}

/** Progress of several things at once. `total` is null while it is not known. */
export interface Progress {
	update(name: string, done: number, total: number | null): void;
	/** Leaves the last state on the screen (or writes it) and ends. */
	finish(): void;
}

interface Row {
	readonly done: number;
	readonly total: number | null;
}

const BAR_WIDTH = 24;
const BAR_WIDTH_MIN = 6;
/** Blanks and a count such as 123456/123456. */
const COUNT_WIDTH = 15;
const STEPS = 4;
const CLEAR_LINE = '\u001b[2K';
const up = (lines: number): string => (lines > 0 ? `\u001b[${lines}A` : '');

const share = ({ done, total }: Row): number => (total === null || total === 0 ? 0 : Math.min(1, done / total));
const count = ({ done, total }: Row): string => (total === null ? String(done) : `${done}/${total}`);

/** A bar a line, redrawn in place. */
function bars(stream: ProgressStream): Progress {
	const rows = new Map<string, Row>();
	let drawn = 0;
	const line = (name: string, row: Row, nameWidth: number): string => {
		const room = (stream.columns ?? 80) - 1;
		const width = Math.max(BAR_WIDTH_MIN, Math.min(BAR_WIDTH, room - nameWidth - COUNT_WIDTH));
		const full = Math.round(share(row) * width);
		return `${name.padEnd(nameWidth)} ${'█'.repeat(full)}${'░'.repeat(width - full)} ${count(row)}`.slice(0, room);
	};
	return {
		update(name, done, total) {
			rows.set(name, { done, total });
			const nameWidth = Math.max(...[...rows.keys()].map((key) => key.length));
			const lines = [...rows].map(([key, row]) => `${CLEAR_LINE}${line(key, row, nameWidth)}\n`);
			stream.write(up(drawn) + lines.join(''));
			drawn = rows.size;
		},
		finish() {
			rows.clear();
			drawn = 0;
		},
	};
}

/** A line for each quarter done, for logs and pipes. */
function plainLines(stream: ProgressStream): Progress {
	const rows = new Map<string, Row & { readonly written: string; readonly step: number }>();
	return {
		update(name, done, total) {
			const row = { done, total };
			const before = rows.get(name);
			const step = Math.floor(share(row) * STEPS);
			const due = before === undefined || step > before.step;
			if (due) stream.write(`${name}: ${count(row)}\n`);
			rows.set(name, { ...row, step: Math.max(step, before?.step ?? 0), written: due ? count(row) : (before?.written ?? '') });
		},
		finish() {
			for (const [name, row] of rows) if (row.written !== count(row)) stream.write(`${name}: ${count(row)}\n`);
			rows.clear();
		},
	};
}

/** Bars on a terminal, plain lines elsewhere. */
export const progressOn = (stream: ProgressStream): Progress => (stream.isTTY === true ? bars(stream) : plainLines(stream));
