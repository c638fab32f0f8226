import { addArea } from '../../store/area.ts';
import { type AreaRow, readAreas } from '../../store/directory-read.ts';
import { readArgs, required, runPart } from '../args.ts';
import type { Command, CommandContext } from '../command.ts';
import { textTable } from '../table.ts';

const ALL = Number.MAX_SAFE_INTEGER;

async function add(args: readonly string[], context: CommandContext): Promise<void> {
	const { values } = readArgs(
		args,
		{
			code: { type: 'string' },
			kind: { type: 'string' },
			name: { type: 'string' },
			'name-en': { type: 'string' },
			parent: { type: 'string' },
			from: { type: 'string' },
			until: { type: 'string' },
			successor: { type: 'string' },
			json: { type: 'boolean' },
		},
		0,
	);
	const area = {
		code: required('--code', values.code),
		kind: required('--kind', values.kind),
		nameVi: required('--name', values.name),
		nameEn: values['name-en'] ?? '',
		parent: values.parent ?? null,
		validFrom: values.from ?? null,
		validUntil: values.until ?? null,
		successor: values.successor ?? null,
	};
	await addArea(await context.database(), area);
	context.print(values.json ? JSON.stringify(area) : `area ${area.code} added`);
}

async function list(args: readonly string[], context: CommandContext): Promise<void> {
	const { values } = readArgs(args, { parent: { type: 'string' }, json: { type: 'boolean' } }, 0);
	const { pool } = await context.database();
	const areas = await readAreas(pool, values.parent ?? null, '', ALL);
	const columns: (keyof AreaRow)[] = ['code', 'kind', 'nameVi', 'nameEn', 'parent', 'validFrom', 'validUntil', 'successor'];
	context.print(values.json ? JSON.stringify(areas) : textTable(areas, columns));
}

export const command: Command = {
	name: 'area',
	summary: 'the tree of administrative areas: add, list',
	help: `
Usage: lienthong area add --code C --kind K --name N [OPTIONS]
       lienthong area list [--parent C] [--json]

Areas that libraries stand in. A former area stays, with the day it ended and its successor.

  --code C        1 to 32 letters, digits, . _ -
  --kind K        province, special zone, commune, ward, former district, …
  --name N        Vietnamese name
  --name-en N     English name
  --parent C      the area it is part of
  --from DAY      first day, such as 2025-07-01
  --until DAY     last day
  --successor C   the area that took its place
  --json          print JSON

  lienthong area add --code VN-HP --kind province --name 'Hải Phòng'
`,
	run: (args, context) => runPart('area', args, { add: (rest) => add(rest, context), list: (rest) => list(rest, context) }),
};
