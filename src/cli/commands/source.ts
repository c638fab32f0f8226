import { nextDue } from '../../jobs/scheduler.ts';
import { AppError } from '../../lib/errors.ts';
import { readSources, type SourceRow } from '../../store/directory-read.ts';
import { harvestSource } from '../../store/harvest-source.ts';
import { addSource, removeSource, setSourceSettings, setSourceTerms } from '../../store/source.ts';
import { readArgs, required, runPart } from '../args.ts';
import type { Command, CommandContext } from '../command.ts';
import { textTable } from '../table.ts';
import { rekeySource } from './source-rekey.ts';
import { replaceSource } from './source-replace.ts';
import { checked, readSettings, withoutNulls } from './source-settings.ts';
import { testSource } from './source-test.ts';

const ALL = Number.MAX_SAFE_INTEGER;
/** A watched folder is looked into every five minutes. */
const FOLDER_SCHEDULE = '*/5 * * * *';
const DEFAULT_TIME_ZONE = 'Asia/Ho_Chi_Minh';

async function add(args: readonly string[], context: CommandContext): Promise<void> {
	const { values } = readArgs(
		args,
		{
			library: { type: 'string' },
			kind: { type: 'string' },
			url: { type: 'string' },
			format: { type: 'string' },
			set: { type: 'string' },
			schedule: { type: 'string' },
			'time-zone': { type: 'string' },
			folder: { type: 'string' },
			share: { type: 'string' },
			licence: { type: 'string' },
			setting: { type: 'string', multiple: true },
			json: { type: 'boolean' },
		},
		0,
	);
	const timeZone = values['time-zone'] ?? DEFAULT_TIME_ZONE;
	if (values.schedule !== undefined) nextDue(values.schedule, timeZone, new Date(0));
	const kind = required('--kind', values.kind);
	const settings = { ...readSettings(values.setting ?? []), ...(values.folder === undefined ? {} : { folder: values.folder }) };
	const watches = settings['folder'] !== undefined;
	if (watches && kind !== 'file') throw new AppError('usage', `a source of kind ${kind} watches no folder`, { hint: 'use --kind file' });
	const schedule = values.schedule ?? (watches ? FOLDER_SCHEDULE : null);
	const url = kind === 'file' ? (values.url ?? '') : required('--url', values.url);
	const asked = { kind, url, format: values.format ?? null, settings, schedule };
	const source = await addSource(await context.database(), {
		library: required('--library', values.library),
		kind,
		url: await checked(asked),
		settings,
		format: values.format ?? null,
		set: values.set ?? null,
		schedule,
		timeZone,
		share: values.share ?? null,
		licence: values.licence ?? null,
	});
	context.print(
		values.json
			? JSON.stringify(source)
			: `source ${source.id} (${source.code}) added; ` +
					(watches
						? `put files into ${settings['folder']}: they are imported while lienthong serve runs`
						: kind === 'file'
							? `import a file: lienthong import FILE --library ${source.library}`
							: `harvest it: lienthong harvest ${source.code}`),
	);
}

async function list(args: readonly string[], context: CommandContext): Promise<void> {
	const { values } = readArgs(args, { library: { type: 'string' }, all: { type: 'boolean' }, json: { type: 'boolean' } }, 0);
	const { pool } = await context.database();
	const every = await readSources(pool, values.library ?? null, 0, ALL);
	const sources = values.all ? every : every.filter((source) => source.removedAtMs === null);
	const columns: (keyof SourceRow)[] = ['id', 'code', 'library', 'kind', 'format', 'setSpec', 'schedule', 'share', 'url'];
	context.print(values.json ? JSON.stringify(sources) : textTable(sources, columns));
}

/** Settings are added to those there are; `NAME=null` takes one away. */
async function set(args: readonly string[], context: CommandContext): Promise<void> {
	const { values, positionals } = readArgs(
		args,
		{
			setting: { type: 'string', multiple: true },
			share: { type: 'string' },
			licence: { type: 'string' },
			json: { type: 'boolean' },
		},
		1,
	);
	const { share, licence } = values;
	const database = await context.database();
	const source = await harvestSource(database.pool, required('the id or code of a source', positionals[0]));
	const terms = share !== undefined || licence !== undefined;
	const given = readSettings(values.setting ?? (terms ? [] : [required('--setting, --share or --licence', undefined)]));
	const settings = withoutNulls({ ...source.settings, ...given });
	await checked({ ...source, settings });
	await setSourceTerms(database, source.id, { share: share ?? null, licence: licence ?? null });
	await setSourceSettings(database, source.id, given);
	const said = `source ${source.code} is set${terms ? '; lienthong match, or a running serve, brings the union up to date' : ''}`;
	context.print(values.json ? JSON.stringify({ source: source.code, settings: Object.keys(settings) }) : said);
}

async function remove(args: readonly string[], context: CommandContext): Promise<void> {
	const { values, positionals } = readArgs(args, { json: { type: 'boolean' } }, 1);
	const source = required('the id or code of a source', positionals[0]);
	const deleted = await removeSource(await context.database(), source);
	context.print(
		values.json
			? JSON.stringify({ source, deleted })
			: `source ${source} removed with ${deleted} records; lienthong match brings the union up to date`,
	);
}

export const command: Command = {
	name: 'source',
	summary: 'feeds of libraries: add, list, test, set, replace, rekey, remove',
	help: `
Usage: lienthong source add --library C --kind K --url U [OPTIONS]
       lienthong source list [--library C] [--all] [--json]
       lienthong source test SOURCE [--json]
       lienthong source set SOURCE [--setting N=V …] [--share S] [--licence URI] [--json]
       lienthong source replace SOURCE [--kind K] [--url U] [--format F] [--set S] [--setting N=V …] [--json]
       lienthong source rekey SOURCE [--accept | --refuse | --drop] [--by WHO] [--reason TEXT] [--json]
       lienthong source rekey SOURCE --undo [--run N] (--dry-run | --by WHO --reason TEXT) [--json]
       lienthong source remove SOURCE [--json]

SOURCE is the id or the code of a source. test asks its provider who it is, with what software,
and for its first ten records, shown raw and as read; proposes settings and keeps nothing.
replace is for a library that changes its system or address: the records stay, and the next harvest reads everything from there. When
records come again under other identifiers (the same digest, control number, copies or description, one to one), they keep ids, decisions and
dates; more than a twentieth of a source wait: rekey shows them, --accept says they are the same, --refuse that they are others,
--drop that the run is not to be believed. --undo parts again what was joined, in the newest run that joined records or in run N, as if it
had been refused; nothing is lost, and --dry-run says what it would do.
set counts from the next harvest on; N=null takes a setting away. Only a full harvest shows it records that did not change. What a library
shares and under which licence (--licence '' for none) counts at once, for all that it has sent.
noDoubles=true is for a library that registers each title once: two of its records are never united by machine. Set or taken away, it
has the records of the source matched again at once.

  --library C       code of the library (lienthong library list)
  --kind K          oai-pmh, z3950, sru or file (needs no --url; a library gets one with its first lienthong import, too)
  --url U           base URL of the provider; for z3950 as YAZ writes it: tcp:host:port/database
  --format F        oai-pmh: metadataPrefix; z3950: usmarc, xml or opac (with holdings); sru: record schema. The best that
                    the other side offers when left out
  --set S           setSpec; everything when left out
  --folder F        file: a folder on the machine of the worker. What is put there is imported once it rests, and moved to done or
                    failed in it, beside the reason or the rows to be corrected; looked into every five minutes, or by --schedule
  --schedule CRON   when to harvest, five fields: '0 2 * * *' is every night at two
  --time-zone Z     of the schedule; ${DEFAULT_TIME_ZONE} when left out
  --share S         none (search and holdings only), metadata or full; full when left out
  --licence URI     licence of the metadata
  --setting N=V     what the other side of z3950 or sru needs, as often as needed: user, password, group, open, anonymous,
                    allQuery (PQF or CQL that finds every record), filter, resultSetMax, presentMax, indexes, identifiers, changesBy (its index of
                    days of change, 1012 or rec.lastModificationDate: later runs ask for changes alone, and read all when the counts differ),
                    recordEncoding, queryEncoding, negotiateUtf8; file: encoding of its files (tcvn3, viscii, vni,
                    windows-1258, marc-8, utf-8, …), where it is not to be told from the records, folder, snapshot (true: each file in the
                    folder is the whole catalogue), copies (together: rows of a table that are copies of one title make one record;
                    apart: each row makes one); of any kind: noDoubles; oai-pmh: identifierSearch
                    and identifierReplace (a text in identifiers and what stands for it, when a provider changed its
                    prefix), deletedWhen (a field that marks a record as deleted: 999$t=1)
  --all             list removed sources too
  --json            print JSON

  lienthong source add --library CH-TV --kind z3950 --url tcp:z3950.thuvien.example.vn:210/Default --setting resultSetMax=1000
  lienthong source add --library THPT-TP --kind oai-pmh --url https://thuvien.example.vn/oai --schedule '0 2 * * *'
`,
	run: (args, context) =>
		runPart('source', args, {
			add: (rest) => add(rest, context),
			list: (rest) => list(rest, context),
			test: (rest) => testSource(rest, context),
			set: (rest) => set(rest, context),
			replace: (rest) => replaceSource(rest, context),
			rekey: (rest) => rekeySource(rest, context),
			remove: (rest) => remove(rest, context),
		}),
};
