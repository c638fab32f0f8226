import { readdirSync, readFileSync } from 'node:fs';

/** Processor seconds and memory read off /proc; zeros where there is none. */
const TICKS_A_SECOND = 100;

interface Stat {
	readonly pid: number;
	readonly parent: number;
	readonly ownTicks: number;
	readonly childTicks: number;
}

function stat(pid: number): Stat | null {
	try {
		const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
		const fields = text
			.slice(text.lastIndexOf(')') + 2)
			.split(' ')
			.map(Number);
		return {
			pid,
			parent: fields[1] ?? 0,
			ownTicks: (fields[11] ?? 0) + (fields[12] ?? 0),
			childTicks: (fields[13] ?? 0) + (fields[14] ?? 0),
		};
	} catch {
		return null;
	}
}

/** CPU seconds that a process and everything below it have used, ended children included. */
export function treeCpuSeconds(root: number): number {
	let pids: number[];
	try {
		pids = readdirSync('/proc')
			.filter((name) => /^\d+$/.test(name))
			.map(Number);
	} catch {
		return 0;
	}
	const stats = pids.map(stat).filter((s) => s !== null);
	let ticks = 0;
	const inTree = new Set([root]);
	for (let grew = true; grew; ) {
		grew = false;
		for (const s of stats) {
			if (inTree.has(s.pid) || !inTree.has(s.parent)) continue;
			inTree.add(s.pid);
			grew = true;
		}
	}
	for (const s of stats) if (inTree.has(s.pid)) ticks += s.ownTicks + s.childTicks;
	return ticks / TICKS_A_SECOND;
}

/** Peak resident megabytes of this process. */
export function peakMegabytes(): number {
	try {
		const line = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'latin1'));
		return Math.round(Number(line?.[1] ?? 0) / 1024);
	} catch {
		return Math.round(process.resourceUsage().maxRSS / 1024);
	}
}
