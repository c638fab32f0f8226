// node .ci/sum.cjs BROKEN FILE...: adds up vitest's JSON reports, each test once: failed where it failed in one of them, skipped where it ran
// in none. A part that ended badly without a report counts as a failure.
'use strict';
const { existsSync, readFileSync } = require('node:fs');

const [broken, ...files] = process.argv.slice(2);
const RANK = { failed: 2, passed: 1 };
const ranks = new Map();
let failed = 0;

for (const file of files) {
	if (!existsSync(file)) {
		failed++;
		console.log(`failed: ${file} was not written`);
		continue;
	}
	for (const { name, message, status, assertionResults } of JSON.parse(readFileSync(file, 'utf8')).testResults) {
		// A file that could not be read has no tests that failed.
		if (status === 'failed' && assertionResults.length === 0) {
			failed++;
			console.log(`failed to run: ${name}: ${message}`);
		}
		const times = new Map();
		for (const test of assertionResults) {
			const time = (times.get(test.fullName) ?? 0) + 1;
			times.set(test.fullName, time);
			const key = JSON.stringify([name, test.fullName, time]);
			const rank = RANK[test.status] ?? 0;
			if (rank === RANK.failed) console.log(`failed: ${name}: ${test.fullName}`);
			ranks.set(key, Math.max(rank, ranks.get(key) ?? 0));
		}
	}
}

const count = (rank) => [...ranks.values()].filter((one) => one === rank).length;
failed += count(RANK.failed);
if (broken !== '0' && failed === 0) failed = 1;
console.log(`${count(RANK.passed)} passed, ${failed} failed, ${count(0)} skipped`);
process.exitCode = failed === 0 ? 0 : 1;
