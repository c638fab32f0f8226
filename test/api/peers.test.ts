import { execFile } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listen } from '../../src/api/server.ts';
import { publicId } from '../../src/lib/ids.ts';
import { hasPeer } from '../support/peers.ts';
import { REPOSITORY, TestCatalogue } from './catalogue.ts';

/** Independent OAI-PMH clients harvest the provider, and independent MARC readers read what it serves. Without them PEERS_REQUIRED=1 fails. */

const RECORDS = 23;
const DELETED = 3;
const run = promisify(execFile);
const expected = Array.from({ length: RECORDS }, (_, i) => `oai:${REPOSITORY}:${publicId(i + 1)}${i < DELETED ? ' deleted' : ''}`).sort();
const titles = Array.from({ length: RECORDS - DELETED }, (_, i) => `Nhan đề ${i + DELETED + 1} /`).sort();

let catalogue: TestCatalogue;
let app: FastifyInstance;
let address: string;

beforeAll(async () => {
	catalogue = await TestCatalogue.create();
	// the clients check nothing of the kind, but the tokens and addresses must be those of the server they talk to
	app = catalogue.server({ oaiPageSize: 5 });
	await listen(app, '127.0.0.1', 0);
	address = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/oai`;
	for (let n = 1; n <= RECORDS; n++) await catalogue.put({ id: n, sets: ['library:TVT'] });
	for (let n = 1; n <= DELETED; n++) await catalogue.put({ id: n, state: 'deleted' });
});
afterAll(async () => {
	await app.close();
	await catalogue.drop();
});

const lines = async (program: string, args: readonly string[]): Promise<string[]> => {
	const { stdout } = await run(program, [...args, address], { encoding: 'utf8', env: { ...process.env, PYTHONIOENCODING: 'utf-8' } });
	return stdout
		.split('\n')
		.filter((line) => line !== '')
		.sort();
};

test.runIf(hasPeer('sickle'))('sickle harvests every record', async () => {
	const script = `
import sys
from sickle import Sickle
for r in Sickle(sys.argv[1]).ListRecords(metadataPrefix='oai_dc'):
    print(r.header.identifier + (' deleted' if r.header.deleted else ''))`;
	expect(await lines('python3', ['-c', script])).toEqual(expected);
});

test.runIf(hasPeer('oaipmh-scythe'))('oaipmh-scythe harvests every record', async () => {
	const script = `
import sys
from oaipmh_scythe import Scythe
with Scythe(sys.argv[1]) as client:
    for r in client.list_records(metadata_prefix='marc21'):
        print(r.header.identifier + (' deleted' if r.header.deleted else ''))`;
	expect(await lines('python3', ['-c', script])).toEqual(expected);
});

test.runIf(hasPeer('HTTP::OAI'))('HTTP::OAI harvests every record and knows the repository', async () => {
	const script = `
use HTTP::OAI;
my $h = HTTP::OAI::Harvester->new(baseURL => $ARGV[0]);
my $i = $h->Identify; die $i->message if $i->is_error; die 'granularity' unless $i->granularity eq 'YYYY-MM-DDThh:mm:ssZ';
my $l = $h->ListRecords(metadataPrefix => 'oai_dc', set => 'library:TVT', onRecord => sub { my $r = shift; print $r->identifier, ($r->is_deleted ? ' deleted' : ''), "\\n" });
die $l->message if $l->is_error;`;
	expect(await lines('perl', ['-e', script])).toEqual(expected);
});

test.runIf(hasPeer('pymarc') && hasPeer('sickle'))('pymarc reads the MARCXML that is served', async () => {
	const script = `
import sys, io
from sickle import Sickle
from lxml import etree
from pymarc import parse_xml_to_array
for r in Sickle(sys.argv[1]).ListRecords(metadataPrefix='marc21', ignore_deleted=True):
    record = parse_xml_to_array(io.BytesIO(etree.tostring(r.xml.find('.//{http://www.loc.gov/MARC21/slim}record'))))[0]
    print(record['245']['a'])`;
	expect(await lines('python3', ['-c', script])).toEqual(titles);
});

test.runIf(hasPeer('MARC::Record') && hasPeer('HTTP::OAI'))('MARC::Record reads the MARCXML that is served', async () => {
	const script = `
use HTTP::Tiny; use XML::LibXML; use MARC::Record; use MARC::File::XML (BinaryEncoding => 'utf8');
binmode STDOUT, ':utf8';
my $next = 'metadataPrefix=marc21';
while ($next) {
	my $page = XML::LibXML->load_xml(string => HTTP::Tiny->new->get("$ARGV[0]?verb=ListRecords&$next")->{content});
	for my $r ($page->findnodes('//*[local-name()="record" and namespace-uri()="http://www.loc.gov/MARC21/slim"]')) {
		print MARC::Record->new_from_xml($r->toString, 'UTF-8')->subfield('245', 'a'), "\\n";
	}
	my $token = $page->findvalue('//*[local-name()="resumptionToken"]');
	$next = $token ? "resumptionToken=$token" : '';
}`;
	expect(await lines('perl', ['-e', script])).toEqual(titles);
});
