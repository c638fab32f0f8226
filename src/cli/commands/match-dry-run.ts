import type { DryRunSample } from '../../catalogue/match-dry-run.ts';
import type { CommandContext } from '../command.ts';
import { withService } from '../open-service.ts';

function sampleText({ parts }: DryRunSample): string {
	return parts
		.map(({ members, first }, at) => {
			const lines = first.map((m) => `  ${m.id}  ${m.source}  ${m.identifier}  ${m.title}`);
			if (members > first.length) lines.push(`  … ${members - first.length} more`);
			return [...(at === 0 ? [] : ['  ---']), ...lines].join('\n');
		})
		.join('\n');
}

/** `match --dry-run` */
export async function dryRunPart(context: CommandContext, json: boolean | undefined): Promise<void> {
	await withService(context, async (service) => {
		const found = await service.foresee({ signal: context.signal });
		if (json) return context.print(JSON.stringify(found));
		const { rules, records, clusters, split, joined } = found;
		context.print(`rules ${rules.database ?? 'none'} in the database, ${rules.code} in this program`);
		context.print(`${records} records: ${clusters.now} clusters now, ${clusters.foreseen} then`);
		context.print(`${split.clusters} clusters would be split, ${joined.clusters} would be joined from several`);
		for (const sample of split.samples) context.print(`\nsplit into ${sample.parts.length}:\n${sampleText(sample)}`);
		for (const sample of joined.samples) context.print(`\njoined from ${sample.parts.length}:\n${sampleText(sample)}`);
	});
}
