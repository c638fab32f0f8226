// node .ci/sum.cjs BROKEN FILE...: adds up vitest's JSON reports; a part that ended badly without one counts as a failure.
'use strict';
const { existsSync, readFileSync } = require('node:fs');

const [broken, ...files] = process.argv.slice(2);
const sum = { passed: 0, failed: 0, skipped: 0 };

for (const file of files) {
	const report = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
	if (report === undefined) {
		sum.failed++;
		continue;
	}
	sum.passed += report.numPassedTests;
	sum.skipped += report.numPendingTests + report.numTodoTests;
	// A file that could not be read has no tests that failed.
	const unread = report.testResults.filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0);
	sum.failed += report.numFailedTests + unread.length;
	for (const { name, message } of unread) console.log(`failed to run: ${name}: ${message}`);
	for (const { name, assertionResults } of report.testResults) {
		for (const test of assertionResults) if (test.status === 'failed') console.log(`failed: ${name}: ${test.fullName}`);
	}
}

if (broken !== '0' && sum.failed === 0) sum.failed = 1;
console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
process.exitCode = sum.failed === 0 ? 0 : 1;
