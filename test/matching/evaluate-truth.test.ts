import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/lib/errors.ts';
import { judgedPairs, readClusters, readPairs, truePairs, verdictOf } from '../../src/matching/evaluate-truth.ts';

const NAMES = { numbers: ['1', '2', '3', '7', '7'], identifiers: ['(A)1', '(A)2', '(A)3', '(A)7', '(B)7'] };

function refusal(read: () => unknown): string {
	try {
		read();
	} catch (error) {
		if (error instanceof AppError) return `${error.code} ${error.exitCode}: ${error.message}`;
		throw error;
	}
	return 'not refused';
}
const pairsRefused = (text: string): string => refusal(() => readPairs('p.csv', text, NAMES));
const clustersRefused = (text: string): string => refusal(() => readClusters('c.csv', text, NAMES));

describe('a file of pairs', () => {
	it('is read by the names of its columns, with quotes, other columns, a byte order mark and lines said twice', () => {
		const text = '\ufefflabel,id1,rule,id2\r\n1,2,"by hand, ""sure""",1\r\n\r\n0,(B)7,,(A)3\r\n1,1,,2\r\n';
		expect(readPairs('p.csv', text, NAMES)).toEqual([
			{ a: 0, b: 1, same: true },
			{ a: 2, b: 4, same: false },
		]);
	});

	it.each([
		['', 'truth-file 34: p.csv, line 1: there is no column "id1"'],
		['id1,id2,label\n', 'truth-file 34: p.csv, line 1: there is no pair after this line'],
		['id1,id2,label\n1,2,1\n1,3\n', 'truth-file 34: p.csv, line 3: 2 cells, the first line names 3'],
		['id1,id2,label\n1,"2,1\n', 'truth-file 34: p.csv, line 2: a quote is not closed'],
		['id1,id2,label\n1,2,yes\n', 'truth-file 34: p.csv, line 2: the label is "yes", not 0 or 1'],
		['id1,id2,label\n1,,1\n', 'truth-file 34: p.csv, line 2: "id2" is empty'],
		['id1,id2,label\n1,2,1\n\n1,9,0\n', 'truth-file 34: p.csv, line 4: there is no record "9"'],
		['id1,id2,label\n1,7,0\n', 'truth-file 34: p.csv, line 2: "7" is the number of 2 records'],
		['id1,id2,label\n1,(A)1,1\n', 'truth-file 34: p.csv, line 2: "1" is paired with itself'],
		['id1,id2,label\n1,2,1\n2,1,0\n', 'truth-file 34: p.csv, line 3: 2 and 1 have another label in line 2'],
		[
			'id1,id2,label\n1,3,0\n1,2,1\n2,3,1\n',
			'truth-file 34: p.csv, line 2: 1 and 3 are not the same here, but other lines say or imply that they are',
		],
	])('that is wrong is refused with the line (%j)', (text, message) => {
		expect(pairsRefused(text)).toBe(message);
	});
});

describe('a file of clusters', () => {
	it('names records by number, and leaves others without truth', () => {
		const clusterOf = readClusters('c.csv', 'id,cluster\n1,x\n(A)2,x\n(B)7,y\n1,x\n', NAMES);
		expect(clusterOf).toEqual(['x', 'x', null, null, 'y']);
		const truth = { kind: 'clusters', clusterOf } as const;
		expect(truePairs(truth)).toEqual([{ a: 0, b: 1, same: true }]);
		expect(judgedPairs(truth, [[1, 4], [2, 4]])).toEqual([{ a: 1, b: 4, same: false }]); // biome-ignore format: short
		expect([verdictOf(truth)(0, 1), verdictOf(truth)(0, 4), verdictOf(truth)(0, 2)]).toEqual([true, false, null]);
	});

	it('goes with the order of the records where numbers are those of each library', () => {
		const text = 'library\tlocal_id\tcluster\nl1\t1\tx\nl1\t2\ty\nl1\t3\tz\nl1\t7\tx\nl2\t7\ty\n';
		expect(readClusters('c.tsv', text, NAMES)).toEqual(['x', 'y', 'z', 'x', 'y']);
	});

	it.each([
		['id,group\n1,x\n', 'truth-file 34: c.csv, line 1: there is no column "cluster"'],
		['id,cluster\n', 'truth-file 34: c.csv, line 1: there is no record after this line'],
		['id,cluster\n1,x\n2,y\n1,y\n', 'truth-file 34: c.csv, line 4: "1" is in cluster "y" here and in "x" in line 2'],
		['id,cluster\n8,x\n', 'truth-file 34: c.csv, line 2: there is no record "8"'],
		['library,local_id,cluster\nl,1,x\nl,3,x\n', 'truth-file 34: c.csv, line 3: record 2 has the number "2", not "3"'],
	])('that is wrong is refused with the line (%j)', (text, message) => {
		expect(clustersRefused(text)).toBe(message);
	});
});
