import type { SourceProbe } from '../../harvesters/identify-source.ts';
import { readArgs, required } from '../args.ts';
import type { CommandContext } from '../command.ts';
import { withService } from '../open-service.ts';
import { describedRecord, describedTarget, recordTexts, targetLines, titleOf } from './source-test-target.ts';

function described({ first, records, ...probe }: SourceProbe) {
	return {
		...probe,
		records: records.map(describedRecord),
		first: first === null ? null : { identifier: first.identifier, deleted: first.deleted, title: titleOf(first) },
	};
}

function lines(probe: ReturnType<typeof described>): string {
	const { provider, first, error } = probe;
	const formats = provider.formats.map(({ prefix }) => (prefix === provider.chosen.prefix ? `${prefix} (taken)` : prefix));
	const rows: (readonly [string, string])[] = [
		['provider', provider.repositoryName],
		['software', probe.software === null ? 'not recognised' : `${probe.software.kind}, by its ${probe.software.by}`],
		['formats', formats.join(', ')],
		['datestamps', `to the ${provider.granularity}, from ${provider.earliestDatestamp ?? 'an unknown day'} on`],
		['deletions', provider.deletedRecord],
		['sets', provider.sets === null ? 'none' : String(provider.sets.length)],
		['records', error === null ? String(probe.count ?? 'the provider does not say how many') : `none: ${error.code} ${error.text}`.trim()],
		['first page', `${probe.listed} records, ${probe.unreadable} of them unreadable`],
	];
	if (first !== null) rows.push(['first', `${first.identifier}${first.title === null ? '' : `: ${first.title}`}`]);
	if (probe.repairs.length > 0) rows.push(['mended', probe.repairs.join(', ')]);
	if (probe.note !== null) rows.push(['note', probe.note]);
	for (const option of probe.proposed) rows.push(['proposed', option]);
	if (probe.movedTo !== null) rows.push(['moved to', probe.movedTo]);
	return rows.map(([name, text]) => `${name.padEnd(12)}${text}`).join('\n');
}

/** `lienthong source test`: asks the provider of a source who it is and for its first page, and keeps nothing. */
export async function testSource(args: readonly string[], context: CommandContext): Promise<void> {
	const { values, positionals } = readArgs(args, { json: { type: 'boolean' } }, 1);
	const source = required('the id or code of a source', positionals[0]);
	await withService(context, async (service) => {
		const found = await service.probe(source, context.signal);
		if ('target' in found) {
			context.print(values.json ? JSON.stringify(describedTarget(found)) : targetLines(found));
			return;
		}
		const probe = described(found);
		context.print(values.json ? JSON.stringify(probe) : `${lines(probe)}\n${recordTexts(found.records)}`);
	});
}
