import type { TablePreview } from '../../harvesters/file-reading.ts';
import type { DryRun, ImportSummary } from '../../jobs/import-job.ts';
import { AppError, type ErrorCode } from '../../lib/errors.ts';
import type { MarcField } from '../../records/marc.ts';
import { SHEET_FIELDS } from '../../records/sheet/fields.ts';
import type { Ledger } from '../../store/harvest-run.ts';
import { readArgs, required } from '../args.ts';
import type { Command, CommandContext } from '../command.ts';
import { withService } from '../open-service.ts';
import { progressOn } from '../progress-bar.ts';
import { textTable } from '../table.ts';
import { unite } from '../unite.ts';
import type { Service } from '../wiring.ts';

const counts = (run: Ledger): string =>
	`${run.listed} listed, ${run.created} created, ${run.updated} updated, ${run.unchanged} unchanged, ${run.deleted} deleted, ` +
	`${run.quarantined} quarantined, ${run.repeated} repeated, ${run.ignored} ignored, ${run.vanished} vanished`;

const sentence = (run: ImportSummary): string =>
	`run ${run.run} of ${run.source} ended ${run.state} after ${run.seconds.toFixed(1)} s: ` +
	`${run.state === 'failed' ? 'nothing was taken; what was read of it was ' : ''}` +
	`${run.rows === undefined || run.rows === run.listed ? '' : `${run.rows} rows made ${run.listed} records, `}${counts(run)}`;

function dryText(run: DryRun): string {
	const parts = [`${run.file} (${run.format}) would give: ${counts(run)}; nothing was written`];
	if (run.renumbered > 0) parts.push(renumberedText(run));
	if (run.refused.length > 0) parts.push(textTable(run.refused, ['identifier', 'code', 'reason']));
	return [...(run.table === undefined ? [] : [previewText(run.table)]), ...parts].join('\n\n');
}

const renumberedText = ({ renumbered, waits }: DryRun): string =>
	waits
		? `${renumbered} of the missing records come again under other identifiers: more than a twentieth, so the run would wait for a person, ` +
			'who says with lienthong source rekey whether they are the same; nothing is removed before'
		: `${renumbered} of the missing records come again under other identifiers, and keep their ids`;

/** The columns of a table and its first records as read. */
function previewText({ encoding, headingLine, columns, first, becomes, copies }: TablePreview): string {
	const text = ({ ind1, ind2, value, subfields }: MarcField): string =>
		value || `${ind1}${ind2} ${subfields.map((part) => `$${part.code} ${part.value}`).join(' ')}`;
	return [
		`headings in line ${headingLine}, ${encoding}; --column "HEADING=FIELD" corrects what is read wrongly`,
		textTable(columns, ['heading', 'field']),
		`${becomes.en} (${becomes.vi})${copies === 'together' ? '; lienthong source set SOURCE --setting copies=apart makes each row a record' : ''}`,
		...first.map(({ fields }) => fields.map((field) => `${field.tag} ${text(field)}`).join('\n')),
	].join('\n\n');
}

/** `Tên tài liệu=title`, from the last sign of equality. */
function columnsAsked(texts: readonly string[] = []): Record<string, string> {
	return Object.fromEntries(
		texts.map((text) => {
			const at = text.lastIndexOf('=');
			if (at > 0) return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
			throw new AppError('usage', `--column "${text}" names no field`, { hint: 'write it as --column "HEADING=FIELD"' });
		}),
	);
}

async function imported(service: Service, context: CommandContext, asked: Parameters<Service['importFile']>[0]): Promise<ImportSummary> {
	const run = await service.importFile(asked);
	if (run.state === 'complete') await unite(service, context);
	return run;
}

/** The fields of a table in lines of a help text. */
const fieldLines = (): string =>
	SHEET_FIELDS.join(', ')
		.replace(/(.{1,110})(?: |$)/g, '$1\n                ')
		.trim();

export const command: Command = {
	name: 'import',
	summary: 'import a file of a library',
	help: `
Usage: lienthong import FILE --library C [--snapshot] [--column HEADING=FIELD]… [--rejects FILE] [--dry-run] [--json]

FILE is ISO 2709, MARCXML, MARC-in-JSON or a table (CSV, TSV, XLSX), plain, gzipped or alone in a zip; which one is told by its content. It is taken
whole or not at all, but for an addition that breaks off: of that what came is taken. Called again for the same file after a stop, it goes on. What changed is matched and indexed afterwards. Records are
known by their 001 and 003, rows by their number, else by that of their first copy, else by what is in them. Rows that follow each other, each with
the number of a copy, and say the same but for number, place, call number and price of the copy make one record with all copies, unless the
source took tables before they did or is set to copies=apart. What the columns of a table hold
is guessed from headings (Nhan đề, Tác giả, Năm XB, Số ĐKCB, Title, …) and content; --dry-run shows it, and it is kept for the next time. Progress is on standard error; the last line is the run with its ledger. The exit code is 0 when all of the file was taken.

  --library C   code of the library that sent it
  --source S    id or code of its source, where it has several sources of files
  --snapshot    the file is the library's whole catalogue: what is missing from it is removed. Without this it adds and changes
  --column H=F  the column with heading H (or number H, from 1) holds F; may be given several times. F is one of
                ${fieldLines()}
  --rejects R   write the rows of a table that could not be read into file R, of the same kind, each with the reason: correct them
                there and import R. Written only when there are any
  --dry-run     say what would happen and write nothing
  --json        print the run as JSON

  lienthong import sach.mrc --library THPT-TP --snapshot
`,
	async run(args, context) {
		const { values, positionals } = readArgs(
			args,
			{
				library: { type: 'string' },
				source: { type: 'string' },
				column: { type: 'string', multiple: true },
				rejects: { type: 'string' },
				snapshot: { type: 'boolean' },
				'dry-run': { type: 'boolean' },
				json: { type: 'boolean' },
			},
			1,
		);
		const path = required('the file', positionals[0]);
		const library = required('--library', values.library);
		await withService(context, async (service) => {
			const progress = progressOn(process.stderr);
			const asked = {
				path,
				library,
				source: values.source ?? null,
				snapshot: values.snapshot === true,
				columns: columnsAsked(values.column),
				...(values.rejects === undefined ? {} : { rejects: values.rejects }),
				signal: context.signal,
				onProgress: (ledger: Ledger) => progress.update(library, ledger.listed, null),
			};
			if (values['dry-run']) {
				const dry = await service.dryImport(asked).finally(() => progress.finish());
				context.print(values.json ? JSON.stringify(dry) : dryText(dry));
				return;
			}
			const run = await imported(service, context, asked).finally(() => progress.finish());
			context.print(values.json ? JSON.stringify(run) : sentence(run));
			if (run.state === 'complete') {
				if (run.error !== null) context.note(`lienthong: ${run.error.message}\n  what to do: ${run.error.hint}`);
				return;
			}
			const { code = 'internal', message = `the run ended ${run.state}`, hint = 'lienthong runs shows it' } = run.error ?? {};
			throw new AppError(code as ErrorCode, message, { hint });
		});
	},
};
